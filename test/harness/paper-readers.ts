import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from '@zxing/library'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { modulesAcross, type Modules } from '#shared/paper/page.ts'

/* Readers that are not ours: what was written is looked at as others will. */

export interface ReadPdf {
  /** Of each page, in the order they were drawn. */
  texts: string[][]
  /** Width and height of each page, in millimetres. */
  sizesMm: [number, number][]
}

export async function readPdf(file: Uint8Array): Promise<ReadPdf> {
  const loading = getDocument({ data: file.slice(), verbosity: 0, useSystemFonts: false })
  const document = await loading.promise
  const read: ReadPdf = { texts: [], sizesMm: [] }
  for (let no = 1; no <= document.numPages; no += 1) {
    const page = await document.getPage(no)
    const { items } = await page.getTextContent()
    read.texts.push(items.flatMap((item) => ('str' in item && item.str.trim() !== '' ? [item.str] : [])))
    const [x = 0, y = 0, toX = 0, toY = 0] = page.view
    const mm = (points: number): number => Math.round(((points * 25.4) / 72) * 10) / 10
    read.sizesMm.push([mm(toX - x), mm(toY - y)])
  }
  await loading.destroy()
  return read
}

const PIXELS = 4
const QUIET = 10

/** What a scanner reads from these modules. */
export function scan(modules: Modules): { text: string; format: string } {
  const across = modulesAcross(modules)
  const rows =
    modules.kind === 'matrix' ? modules.rows : Array.from({ length: 20 }, () => barsRow(modules.widths))
  const width = (across + 2 * QUIET) * PIXELS
  const height = (rows.length + 2 * QUIET) * PIXELS
  const pixels = new Uint8ClampedArray(width * height).fill(255)
  rows.forEach((row, y) =>
    Array.from(row).forEach((module, x) => {
      if (module !== '1') return
      for (let dy = 0; dy < PIXELS; dy += 1)
        pixels.fill(
          0,
          ((y + QUIET) * PIXELS + dy) * width + (x + QUIET) * PIXELS,
          ((y + QUIET) * PIXELS + dy) * width + (x + QUIET + 1) * PIXELS,
        )
    }),
  )
  const reader = new MultiFormatReader()
  reader.setHints(new Map([[DecodeHintType.TRY_HARDER, true]]))
  const found = reader.decode(
    new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(pixels, width, height))),
  )
  return { text: found.getText(), format: BarcodeFormat[found.getBarcodeFormat()] }
}

const barsRow = (widths: readonly number[]): string =>
  widths.map((width, at) => (at % 2 === 0 ? '1' : '0').repeat(width)).join('')

/** One field of a label in ZPL: where it is, what it is, what it says. */
export interface ZplField {
  x: number
  y: number
  command: string
  parameters: string[]
  module: number | null
  data: string | null
}

export interface ZplLabel {
  widthDots: number
  heightDots: number
  isUtf8: boolean
  fields: ZplField[]
}

/** A small reader of ZPL II: commands between ^XA and ^XZ, hexadecimal bytes where ^FH says so. */
export function readZpl(text: string): ZplLabel[] {
  const labels: ZplLabel[] = []
  let label: ZplLabel | null = null
  let field: ZplField | null = null
  let hexSign: string | null = null
  for (const [, name = '', rest = ''] of text.matchAll(/\^([A-Z@][A-Z0-9@])([^^]*)/gu)) {
    const values = rest.trim().split(',')
    if (name === 'XA') labels.push((label = { widthDots: 0, heightDots: 0, isUtf8: false, fields: [] }))
    if (!label) continue
    switch (name) {
      case 'CI':
        label.isUtf8 = values[0] === '28'
        break
      case 'PW':
        label.widthDots = Number(values[0])
        break
      case 'LL':
        label.heightDots = Number(values[0])
        break
      case 'FO':
        field = {
          x: Number(values[0]),
          y: Number(values[1]),
          command: '',
          parameters: [],
          module: null,
          data: null,
        }
        hexSign = null
        break
      case 'BY':
        if (field) field.module = Number(values[0])
        break
      case 'FH':
        hexSign = rest === '' ? '_' : rest
        break
      case 'FD':
        if (field) field.data = unhex(rest, hexSign)
        break
      case 'FS':
        if (field) label.fields.push(field)
        field = null
        break
      case 'XZ':
        label = null
        break
      default:
        if (field && name !== 'FB') Object.assign(field, { command: name, parameters: values })
    }
  }
  return labels
}

function unhex(text: string, sign: string | null): string {
  if (sign === null) return text
  const bytes: number[] = []
  for (let at = 0; at < text.length;) {
    if (text[at] === sign) {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16))
      at += 3
    } else {
      const letter = String.fromCodePoint(text.codePointAt(at) ?? 0)
      bytes.push(...new TextEncoder().encode(letter))
      at += letter.length
    }
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes))
}
