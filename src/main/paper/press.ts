/* All that makes pages, in one part of the program that is loaded when somebody first prints. */
export { labelPages, pickListOf } from './pages-of.ts'
export { pdfOf } from './pdf.ts'
export { printDocument } from './print-page.ts'
