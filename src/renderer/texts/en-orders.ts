/* The part of the catalogue about the orders board and the page of one order. */
export const orders = {} as const
