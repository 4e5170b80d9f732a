/* The part of the catalogue about the wall board and the console's windows. */
export const board = {
  'screen.board': 'Wall board',
  'palette.group.windows': 'Windows',
  'window.same': 'This screen in a new window',
  'window.board': 'Wall board in a new window',
  'window.too-many': 'Too many windows are open. Close one, then open this one again.',
} as const
