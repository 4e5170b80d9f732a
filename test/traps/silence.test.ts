import { describe, expect, test } from 'vitest'
import { NEXT_LOOK_MS, NEXT_POLL_MS, trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* News that never arrive, arrive twice, or in another order, over a socket that is open and answers every beat. */

const site = trapSite()
const { floor } = Math

/** A deaf feed is left alone for five minutes and a little. */
const DEAF_FOR_MS = 340_000

const missed = (terminal: TrapConsole): number =>
  terminal.log.filter(({ event }) => event === 'link.missed').length

/** Live again for so long that it does not look again after its download any more. */
async function settle(terminal: TrapConsole): Promise<TrapConsole> {
  await terminal.live()
  await terminal.clock.pass(6_000)
  return terminal
}
const settled = (): Promise<TrapConsole> => site.settled()

describe('silence', () => {
  test('[N12] [B11] [M3] a database restart that nobody announces: the events of 3 s are lost, the next poke shows the gap, and it is closed at once', async () => {
    const terminal = await settled()
    site.backend.faults.drop(1)
    await site.change(3)
    await site.change(2)
    expect(terminal.isCurrent(), 'nobody has told it').toBe(false)
    await terminal.clock.pass(3_000)
    site.backend.faults.drop(0)
    await site.change()
    await terminal.isTold()
    await site.equal(terminal)
    expect(terminal.wire.opened(), 'the socket stayed up, and may').toBe(1)
  })

  test('[N12] [B11] [L3] a database restart after which nothing changes any more: the next look finds what was lost, and the feed is not trusted further', async () => {
    const terminal = await settled()
    site.backend.faults.drop(1)
    await site.change(3)
    site.backend.faults.drop(0)
    await terminal.current(NEXT_LOOK_MS)
    await terminal.clock.passUntil('the miss is noticed', () => missed(terminal) === 1, 5_000)
    await site.recovers(terminal)
    expect(terminal.wire.opened(), 'a new feed').toBe(2)
  })

  test('[N11] [N0] [B19] [M3] [L3] changes over the rate limit vanish without a sign, or nothing reads them any more: the next look finds them, and the console does not call itself live over a deaf feed', async () => {
    const terminal = await settled()
    site.backend.faults.drop(1)
    // The second miss within ten minutes proves that it was no chance.
    for (let look = 1; look <= 2; look += 1) {
      await site.change(2)
      await terminal.current(NEXT_LOOK_MS + 30_000)
      await terminal.clock.passUntil('the miss is noticed', () => missed(terminal) === look, 10_000)
      if (look === 1) await settle(terminal)
    }
    await terminal.clock.passUntil('it says so', () => terminal.status().link.at === 'degraded', 20_000)
    expect(terminal.status().link).toMatchObject({ at: 'degraded', because: 'deaf' })
    await site.change()
    await terminal.current(NEXT_POLL_MS)
    site.backend.faults.drop(0)
    await terminal.clock.passUntil(
      'it is live',
      () => terminal.status().link.at === 'live',
      DEAF_FOR_MS,
      1_000,
    )
    await site.recovers(terminal)
  })
})

describe('disorder', () => {
  test.each([
    ['[B14] every poke comes twice', () => site.backend.faults.duplicate(1)],
    ['[B13] every other poke overtakes the one before', () => site.backend.faults.reorder(0.5)],
    ['[B11] a third of the pokes is lost', () => site.backend.faults.drop(0.3)],
    [
      '[B11] all of it at once, and late',
      () => {
        site.backend.faults.drop(0.2)
        site.backend.faults.duplicate(0.2)
        site.backend.faults.reorder(0.2)
        site.backend.faults.delay(5)
      },
    ],
  ])('[M2] [M3] %s: the mirror still ends as the server', async (_title, disorder) => {
    const terminal = await site.live()
    disorder()
    for (let n = 0; n < 25; n += 1) await site.change(1 + (n % 3))
    site.backend.faults.calm()
    await terminal.current(NEXT_LOOK_MS)
    await site.recovers(terminal)
  })

  test('[B13] a pull that was asked before a poke and answered after it does not take the figures back', async () => {
    const terminal = await site.live()
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let answered = false
    terminal.intrude((path, ask) =>
      path.endsWith('/sync_pull') && !answered
        ? ((answered = true),
          (async () => {
            const answer = await ask()
            await held
            return answer
          })())
        : null,
    )
    terminal.engine.signal({ kind: 'focused' })
    await terminal.clock.passUntil('the old answer is on its way', () => answered, 1_000)
    await site.change(4)
    release()
    await terminal.isTold()
    await site.equal(terminal)
  })
})

describe('what does not fit into a poke', () => {
  test('[B24] [N6] a statement of 150 rows is announced without its rows, and pulled', async () => {
    await site.backend.addStock(100)
    const terminal = await site.live()
    await site.change(150)
    await terminal.isTold()
    await site.equal(terminal)
  })

  test('[B24] [N8] rows above 48 KB are announced without them; a product of 300 KB arrives whole', async () => {
    const terminal = await site.live()
    const word = 'Länge '
    await site.backend.sql(
      'update products set name = repeat($1, $2) where sku = (select min(sku) from products)',
      [word, floor(300_000 / Buffer.byteLength(word))],
    )
    await site.change()
    await terminal.current()
    await site.equal(terminal)
    await site.backend.sql(`update products set name = 'short again' where length(name) > 1000`)
    await site.change()
    await site.equal(terminal)
  })
})

describe('[N6] what no feed tells', () => {
  test('TRUNCATE is refused by the tables that are mirrored, so that it cannot go untold', async () => {
    await expect(site.backend.sql('truncate inventory')).rejects.toThrow('delete its rows instead')
    const terminal = await site.live()
    await site.recovers(terminal)
  })

  test.each(['broadcast', 'postgres-changes'] as const)(
    '[M3] a row made and deleted in one transaction, and one deleted and made again (%s)',
    async (feed) => {
      const terminal = await site.live({ feed })
      await site.backend.sql(
        `do $$ begin
           insert into products (sku, name) values ('BRIEF', 'Here and gone');
           delete from products where sku = 'BRIEF';
         end $$`,
      )
      await site.backend.sql(
        `do $$
         declare kept products;
         begin
           insert into products (sku, name) values ('AGAIN-' || gen_random_uuid(), 'Here again') returning * into kept;
           delete from products where id = kept.id;
           insert into products select kept.*;
         end $$`,
      )
      await site.recovers(terminal)
    },
  )
})
