/* The part of the catalogue about the ledger, the story behind a figure, and the pictures. */
export const ledger = {
  'screen.ledger': 'Ledger',
  'screen.flow': 'Flow',
} as const
