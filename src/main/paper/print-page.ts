import type { Page } from '#shared/paper/page.ts'
import { svgOf } from '#shared/paper/svg.ts'
import { fontAddresses } from './fonts.ts'

/** Pages as one document for the system's printing: nothing in it runs, and nothing is fetched. */
export function printDocument(pages: readonly Page[]): string {
  const { widthMm, heightMm } = pages[0] ?? { widthMm: 210, heightMm: 297 }
  const face = (address: string, weight: number): string =>
    `@font-face{font-family:Paper;font-weight:${weight};src:url(${address})}`
  return `<!doctype html><html><head><meta charset="utf-8"><style>
${face(fontAddresses.plain, 400)}${face(fontAddresses.bold, 700)}
@page{size:${widthMm}mm ${heightMm}mm;margin:0}
html,body{margin:0;background:#fff}
svg{display:block;font-family:Paper;font-kerning:none;font-feature-settings:"calt" 0,"liga" 0;break-after:page;overflow:hidden}
svg:last-child{break-after:auto}
</style></head><body>${pages.map(svgOf).join('')}</body></html>`
}

/** What such a document may do: show its letters. */
export const PRINT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
