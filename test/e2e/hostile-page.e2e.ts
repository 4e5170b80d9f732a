import dgram from 'node:dgram'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { askChannels } from '#shared/protocol/contract.ts'
import { expect, test } from './support/test.ts'

/*
 * What a page could do if an attacker wrote it: every test here runs its script inside the real window, with the real
 * preload, guard and policy around it.
 */

/** The bridge as somebody sees it who knows nothing of the contract. */
interface HostileShelf {
  ask(channel: string, question?: unknown): Promise<{ ok: boolean; error?: { code: string } }>
  hear(channel: string, listener: (...heard: unknown[]) => void): () => void
}

/** Something on this machine that notices whoever knocks, by TCP or UDP. */
async function listener() {
  const knocks: string[] = []
  const server = http.createServer((request, response) => {
    knocks.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('open')
  })
  server.on('upgrade', (request, socket) => {
    knocks.push(`upgrade ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const udp = dgram.createSocket('udp4')
  udp.on('message', () => knocks.push('udp'))
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
  return {
    knocks,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    udpAddress: `127.0.0.1:${udp.address().port}`,
    close: async () => {
      udp.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('[S1] no way of the web platform reaches the network', async ({ launchConsole }) => {
  const outside = await listener()
  const { window } = await launchConsole()
  const tries = await window.evaluate(
    async ({ address, udpAddress }) => {
      const loaded = (element: HTMLElement, address_: string) =>
        new Promise<string>((resolve) => {
          element.addEventListener('load', () => resolve('loaded'))
          element.addEventListener('error', () => resolve('refused'))
          element.setAttribute(element instanceof HTMLLinkElement ? 'href' : 'src', address_)
          document.head.append(element)
        })
      const link = (rel: string) => Object.assign(document.createElement('link'), { rel })
      const form = Object.assign(document.createElement('form'), {
        action: `http://${address}/form`,
        method: 'post',
      })
      document.body.append(form)
      form.submit()
      navigator.sendBeacon(`http://${address}/beacon`)
      document.head.append(
        Object.assign(link('dns-prefetch'), { href: `http://${address}` }),
        Object.assign(link('preconnect'), { href: `http://${address}` }),
        Object.assign(link('prefetch'), { href: `http://${address}/prefetch` }),
      )
      const peer = async () => {
        const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:${udpAddress}` }] })
        connection.createDataChannel('out')
        await connection.setLocalDescription(await connection.createOffer())
        await new Promise<void>((resolve) => {
          const done = () => connection.iceGatheringState === 'complete' && resolve()
          connection.onicegatheringstatechange = done
          done()
        })
        return connection.localDescription?.sdp.includes('a=candidate') ? 'candidates' : 'refused'
      }
      return {
        fetch: await fetch(`http://${address}/fetch`).then(
          () => 'loaded',
          () => 'refused',
        ),
        noCors: await fetch(`http://${address}/no-cors`, { mode: 'no-cors' }).then(
          () => 'loaded',
          () => 'refused',
        ),
        xhr: await new Promise<string>((resolve) => {
          const request = new XMLHttpRequest()
          request.onload = () => resolve('loaded')
          request.onerror = () => resolve('refused')
          request.open('GET', `http://${address}/xhr`)
          request.send()
        }),
        socket: await new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${address}/socket`)
          socket.onopen = () => resolve('loaded')
          socket.onerror = () => resolve('refused')
        }),
        events: await new Promise<string>((resolve) => {
          const source = new EventSource(`http://${address}/events`)
          source.onopen = () => resolve('loaded')
          source.onerror = () => resolve('refused')
        }),
        image: await loaded(new Image(), `http://${address}/image.png`),
        script: await loaded(document.createElement('script'), `http://${address}/script.js`),
        style: await loaded(link('stylesheet'), `http://${address}/style.css`),
        peer: await peer(),
      }
    },
    { address: outside.address, udpAddress: outside.udpAddress },
  )
  for (const [way, outcome] of Object.entries(tries)) expect(outcome, way).toBe('refused')
  expect(outside.knocks).toEqual([])
  await outside.close()
})

test('[S1] the page can neither leave nor open another page', async ({ launchConsole }) => {
  const { app, window } = await launchConsole()
  const home = window.url()
  expect(home).toBe('shelf://console/index.html')
  for (const address of [
    'https://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    'shelf://console/other.html',
  ]) {
    await window.evaluate((to) => void (location.href = to), address)
    expect(await window.evaluate(() => globalThis.open('https://example.com/') === null)).toBe(true)
  }
  expect(await window.evaluate(() => document.title)).toMatch(/Smart Shelf/)
  expect(window.url()).toBe(home)
  expect(app.windows()).toHaveLength(1)
})

test('[S1] no Node, no inline or generated script, no device', async ({ launchConsole }) => {
  const { window } = await launchConsole()
  const found = await window.evaluate(async () => {
    const inline = document.createElement('script')
    inline.textContent = 'window.inlineRan = true'
    document.head.append(inline)
    const attempt = (run: () => unknown) => {
      try {
        return String(run())
      } catch {
        return 'refused'
      }
    }
    // The debugger's own evaluation is exempt from the policy; what runs after a turn of the loop is not.
    await new Promise((resolve) => setTimeout(resolve))
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer']
    return {
      globals: names.filter((name) => name in globalThis),
      inline: 'inlineRan' in window,
      generated: attempt(() => (0, eval)('1 + 1')),
      position: (await navigator.permissions.query({ name: 'geolocation' })).state,
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'refused',
      ),
      notify: await Notification.requestPermission(),
    }
  })
  expect(found).toEqual({
    globals: [],
    inline: false,
    generated: 'refused',
    position: 'denied',
    camera: 'refused',
    notify: 'denied',
  })
})

test('[S1] the bridge has the contract’s channels and nothing behind them', async ({ launchConsole }) => {
  const { window } = await launchConsole()
  const found = await window.evaluate(async () => {
    const { shelf } = globalThis as unknown as { shelf: HostileShelf }
    const outcome = (channel: string, question?: unknown) =>
      shelf.ask(channel, question).then(
        (reply) => reply.error?.code ?? 'answered',
        () => 'no such channel',
      )
    const heard = (channel: string) => {
      try {
        shelf.hear(channel, () => undefined)()
        return 'heard'
      } catch {
        return 'no such channel'
      }
    }
    return {
      keys: Object.keys(shelf).sort(),
      frozen: Object.isFrozen(shelf),
      strange: await Promise.all(
        // The last two are the main process's own questions to the engine.
        ['sql', 'ELECTRON_BROWSER_REQUIRE', '__proto__', '', 'work.gather', 'work.take-in'].map((name) =>
          outcome(name),
        ),
      ),
      malformed: await outcome('view.open', { viewId: 'v', view: { name: 'secrets', params: {} } }),
      huge: await outcome('session.sign-in', { email: 'a', password: 'x'.repeat(400_000) }),
      flood: (await Promise.all(Array.from({ length: 2_000 }, () => outcome('app.about', {})))).includes(
        'rate-limited',
      ),
      ears: ['view.delta', 'engine.restarted', 'window.ready', 'ELECTRON_RENDERER'].map(heard),
    }
  })
  expect(found).toEqual({
    keys: ['ask', 'hear', 'ready'],
    frozen: true,
    strange: Array.from({ length: 6 }, () => 'no such channel'),
    malformed: 'bad-request',
    huge: 'too-large',
    flood: true,
    ears: ['heard', 'heard', 'no such channel', 'no such channel'],
  })
  // A channel that is added is looked at before it is counted here.
  expect(askChannels).toHaveLength(40)
})

test('[S1] the window is locked as Electron’s own checklist asks', async ({ launchConsole }) => {
  const { app } = await launchConsole()
  const facts = await app.evaluate(({ BrowserWindow, session }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    // Not in Electron's types: what the window was really made with.
    const real = (
      contents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences()
    const names = [
      'sandbox',
      'contextIsolation',
      'nodeIntegration',
      'webSecurity',
      'webviewTag',
      'spellcheck',
    ]
    return {
      preferences: Object.fromEntries(names.map((name) => [name, real[name]])),
      webrtc: contents?.getWebRTCIPHandlingPolicy(),
      spelling: session.defaultSession.isSpellCheckerEnabled(),
    }
  })
  expect(facts).toMatchObject({
    preferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    },
    webrtc: 'disable_non_proxied_udp',
    spelling: false,
  })
})
