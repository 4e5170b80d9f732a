/* The part of the catalogue about what comes in and goes out: imports, exports, labels and pick lists. */
export const paper = {
  'screen.paper': 'In and out',
} as const
