import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'

/*
 * A picture of the virtual display, for people on a machine without a screen. Xvfb keeps its screen in a file (an X window dump);
 * this turns it into a PNG.
 */

export interface Screen {
  width: number
  height: number
  /** Three bytes a pixel, red first, rows from the top. */
  rgb: Buffer
}

/** Reads an X window dump of 24-bit colour in 32-bit pixels, which is what Xvfb writes for `-screen 0 WxHx24`. */
export function readWindowDump(dump: Buffer): Screen {
  const word = (index: number) => dump.readUInt32BE(index * 4)
  const [headerBytes, width, height, byteOrder] = [word(0), word(4), word(5), word(7)]
  const [bitsPerPixel, bytesPerLine, colours] = [word(11), word(12), word(19)]
  if (word(1) !== 7 || bitsPerPixel !== 32 || byteOrder !== 0)
    throw new RangeError('Not a screen this can read.')
  const start = headerBytes + colours * 12
  const rgb = Buffer.allocUnsafe(width * height * 3)
  let to = 0
  for (let y = 0; y < height; y++) {
    let from = start + y * bytesPerLine
    for (let x = 0; x < width; x++, from += 4) {
      rgb[to++] = dump[from + 2] as number
      rgb[to++] = dump[from + 1] as number
      rgb[to++] = dump[from] as number
    }
  }
  return { width, height, rgb }
}

const compress = promisify<Buffer, { level: number }, Buffer>(deflate)

/** The screen as a PNG file's content. */
export async function encodePng({ width, height, rgb }: Screen): Promise<Buffer> {
  const lines = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    rgb.copy(lines, y * (1 + width * 3) + 1, y * width * 3, (y + 1) * width * 3)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = await compress(lines, { level: 3 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(content.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

const EVERY_MS = 3_000

/** Keeps a picture of the screen in `file`, renewed when it changes; the returned function ends that. */
export function keepPicture(
  framebuffer: string,
  file: string,
  onTrouble: (error: unknown) => void,
): () => void {
  let last = ''
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const look = async () => {
    const dump = await readFile(framebuffer)
    const seen = createHash('md5').update(dump).digest('hex')
    if (seen === last) return
    last = seen
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.part`, await encodePng(readWindowDump(dump)))
    await rename(`${file}.part`, file)
  }
  const again = () => {
    if (ended) return
    timer = setTimeout(() => {
      look().then(again, (error: unknown) => {
        if (!ended) onTrouble(error)
      })
    }, EVERY_MS)
  }
  again()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
