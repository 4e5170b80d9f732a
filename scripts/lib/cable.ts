import net from 'node:net'

/**
 * A network cable between a console and its server: a TCP relay that can be pulled and plugged back, while the server
 * goes on for everybody else.
 */
export interface Cable {
  /** Where the console connects: the server's address, through the cable. */
  url: string
  /** Ends every connection without a goodbye and refuses new ones. */
  pull(): void
  plug(): Promise<void>
  /** Half-open: connections stay, nothing passes any more in either direction, new ones hang. */
  freeze(frozen: boolean): void
  /**
   * What the server says is lost on the way, while what it is told arrives. Connections that have lost something end when it is
   * over.
   */
  mute(muted: boolean): void
  close(): Promise<void>
}

/**
 * @param targetUrl the server, `http://host:port`
 * @returns a plugged cable on a free port of 127.0.0.1
 */
export async function layCable(targetUrl: string): Promise<Cable> {
  const target = new URL(targetUrl)
  const pairs = new Set<{ inner: net.Socket; outer: net.Socket }>()
  const robbed = new Set<() => void>()
  let frozen = false
  let muted = false

  const server = net.createServer((inner) => {
    const outer = net.connect(Number(target.port), target.hostname)
    const pair = { inner, outer }
    pairs.add(pair)
    const part = () => {
      pairs.delete(pair)
      robbed.delete(part)
      inner.destroy()
      outer.destroy()
    }
    for (const socket of [inner, outer]) {
      socket.setNoDelay(true)
      socket.on('error', part)
      socket.on('close', part)
      if (frozen) socket.pause()
    }
    relay(inner, outer, () => frozen)
    relay(
      outer,
      inner,
      () => frozen,
      () => {
        if (muted) robbed.add(part)
        return muted
      },
    )
  })

  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve((server.address() as net.AddressInfo).port)
      })
    })
  const cut = () => {
    for (const { inner, outer } of pairs) {
      inner.resetAndDestroy()
      outer.destroy()
    }
    pairs.clear()
  }

  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    pull: () => {
      server.close()
      cut()
    },
    plug: async () => {
      if (!server.listening) await listen(port)
    },
    freeze: (on) => {
      frozen = on
      for (const { inner, outer } of pairs) {
        for (const socket of [inner, outer]) {
          if (on) socket.pause()
          else socket.resume()
        }
      }
    },
    mute: (on) => {
      muted = on
      if (!on) for (const part of [...robbed]) part()
    },
    close: async () => {
      cut()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}

function relay(
  from: net.Socket,
  to: net.Socket,
  isFrozen: () => boolean,
  isLost: () => boolean = () => false,
): void {
  from.on('data', (chunk) => {
    if (!isLost() && !to.write(chunk)) from.pause()
  })
  to.on('drain', () => {
    if (!isFrozen()) from.resume()
  })
}
