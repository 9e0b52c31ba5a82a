import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Drafts } from '@/outbox/drafts'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'
import { Pad } from '@/transcript/pad'
import { Shelf, type Locks } from '@/transcript/shelf'

/** The browser's locks, as far as a shelf uses them. */
function browserLocks(): Locks {
  const held = new Set<string>()
  return {
    async request(name: string, ...rest: unknown[]) {
      const work = rest.at(-1) as (lock: unknown) => unknown
      if (held.has(name)) return work(null) // only asked for where available
      held.add(name)
      try {
        return await work({ name })
      } finally {
        held.delete(name)
      }
    },
  } as Locks
}

let db: PersonDB
let locks: Locks
beforeEach(async () => {
  db = await openPersonDB('p1')
  locks = browserLocks()
})
afterEach(async () => {
  db.close()
  await deletePersonDB('p1')
})

/** A page that writes the transcript. */
function page(pen: string) {
  const pad = new Pad()
  const shelf = new Shelf(new Drafts(db), 'c1', 'h1', pen, locks)
  const write = (text: string) => {
    pad.add({ kind: 'note', text }, 1)
    return shelf.keep(pad.keep())
  }
  const adopt = () =>
    shelf.adopt((text) => {
      pad.restore(text)
      return pad.keep()
    })
  return { pad, shelf, write, adopt, says: () => pad.rows().map((r) => r.text).sort() }
}

describe('two pages that write one transcript while the network is away', () => {
  it('lose nothing of what either has written when both are gone', async () => {
    const [a, b] = [page('a'), page('b')]
    await a.write('甲')
    await b.write('乙')
    await a.write('丙')
    a.shelf.close()
    b.shelf.close()
    await Promise.resolve()
    const c = page('c')
    expect(await c.adopt()).toBe(true)
    expect(c.says()).toEqual(['丙', '乙', '甲'].sort())
    c.shelf.close()
    await Promise.resolve()
    const d = page('d') // it is on the shelf of the one that took it over, once
    await d.adopt()
    expect(d.says()).toEqual(c.says())
  })

  it('leave each other what is being written', async () => {
    const [a, b] = [page('a'), page('b')]
    await a.write('甲')
    expect(await b.adopt()).toBe(false)
    await b.shelf.keep('') // all of its own is with the court
    a.shelf.close()
    await Promise.resolve()
    expect(await b.adopt()).toBe(true)
    expect(b.says()).toEqual(['甲'])
  })

  it('do not bring back what another has taken over and finished', async () => {
    const a = page('a')
    await a.write('甲')
    a.shelf.close()
    await Promise.resolve()
    const b = page('b')
    await b.adopt()
    await a.shelf.keep(a.pad.keep()) // an answer comes late
    await b.shelf.keep('')
    const c = page('c')
    expect(await c.adopt()).toBe(false)
  })
})
