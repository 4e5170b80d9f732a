import fontkit from '@pdf-lib/fontkit'
import { PDFDocument, rgb, type PDFFont, type PDFPage } from 'pdf-lib'
import { blackParts, type CodeMark, type Mark, type Page, type Weight } from '#shared/paper/page.ts'
import { fontFiles, textWidthMm } from './fonts.ts'

const POINTS_PER_MM = 72 / 25.4
const pt = (mm: number): number => mm * POINTS_PER_MM
const black = rgb(0, 0, 0)

/** Letters stand as they are: no ligatures, nothing kerned, so that widths are what the layout measured. */
const features = { calt: false, liga: false, clig: false, kern: false, ccmp: false }

/** @param title of the document, for whoever opens it */
export async function pdfOf(pages: readonly Page[], title: string, now: Date): Promise<Uint8Array> {
  const pdf = await PDFDocument.create()
  pdf.registerFontkit(fontkit)
  pdf.setTitle(title)
  pdf.setCreationDate(now)
  pdf.setModificationDate(now)
  const embed = (weight: Weight): Promise<PDFFont> =>
    pdf.embedFont(fontFiles[weight], { subset: true, features })
  const fonts = { plain: await embed('plain'), bold: await embed('bold') }
  for (const page of pages) {
    const sheet = pdf.addPage([pt(page.widthMm), pt(page.heightMm)])
    for (const mark of page.marks) draw(sheet, page.heightMm, mark, fonts)
  }
  return pdf.save()
}

/** A PDF's y begins at the bottom. */
function draw(sheet: PDFPage, heightMm: number, mark: Mark, fonts: Record<Weight, PDFFont>): void {
  const up = (yMm: number): number => pt(heightMm - yMm)
  switch (mark.kind) {
    case 'text': {
      const { text, sizeMm, weight } = mark
      const left = mark.align === 'end' ? mark.xMm - textWidthMm(text, sizeMm, weight) : mark.xMm
      sheet.drawText(text, {
        x: pt(left),
        y: up(mark.yMm),
        size: pt(sizeMm),
        font: fonts[weight],
        color: black,
      })
      return
    }
    case 'line':
      sheet.drawLine({
        start: { x: pt(mark.xMm), y: up(mark.yMm) },
        end: { x: pt(mark.toXMm), y: up(mark.toYMm) },
        thickness: pt(mark.strokeMm),
        color: black,
      })
      return
    case 'box':
      sheet.drawRectangle({
        ...{ x: pt(mark.xMm), y: up(mark.yMm + mark.heightMm), width: pt(mark.widthMm) },
        ...{ height: pt(mark.heightMm), borderWidth: pt(mark.strokeMm), borderColor: black },
      })
      return
    case 'code':
      drawCode(sheet, up, mark)
  }
}

function drawCode(sheet: PDFPage, up: (yMm: number) => number, mark: CodeMark): void {
  const { modules, xMm, yMm, moduleMm } = mark
  const rowMm = modules.kind === 'bars' ? mark.heightMm : moduleMm
  for (const { x, y, width, height } of blackParts(modules)) {
    sheet.drawRectangle({
      ...{ x: pt(xMm + x * moduleMm), y: up(yMm + (y + height) * rowMm) },
      ...{ width: pt(width * moduleMm), height: pt(height * rowMm), color: black },
    })
  }
}
