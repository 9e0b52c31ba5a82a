import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyPhone, unsentHere } from '@/account/restart'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'

class Memory {
  private m = new Map<string, string>()
  get length() {
    return this.m.size
  }
  key = (i: number) => [...this.m.keys()][i] ?? null
  getItem = (k: string) => this.m.get(k) ?? null
  setItem = (k: string, v: string) => void this.m.set(k, v)
  removeItem = (k: string) => void this.m.delete(k)
  clear = () => this.m.clear()
  all = () => [...this.m.keys()].sort()
}

/** The stored pages and the worker that gives them. */
class Pages {
  stored = ['pages-1', 'pages-2']
  registered = 1
  caches = { keys: async () => [...this.stored], delete: async (k: string) => (this.stored = this.stored.filter((x) => x !== k)) }
  serviceWorker = { getRegistrations: async () => Array.from({ length: this.registered }, () => ({ unregister: async () => --this.registered })) }
}

const stores = ['events', 'rooms', 'kv', 'drafts', 'outbox', 'blobs', 'parcels', 'pages'] as const
const held = async (db: PersonDB) => Object.fromEntries(await Promise.all(stores.map(async (s) => [s, await db.count(s)])))

describe('restarting', () => {
  let db: PersonDB
  let local: Memory
  let session: Memory
  let pages: Pages
  beforeEach(async () => {
    local = new Memory()
    session = new Memory()
    pages = new Pages()
    vi.stubGlobal('localStorage', local)
    vi.stubGlobal('sessionStorage', session)
    vi.stubGlobal('caches', pages.caches)
    vi.stubGlobal('navigator', { serviceWorker: pages.serviceWorker })
    for (const k of ['look', 'lang', 'push', 'me', 'guide.p1', 'else']) local.setItem(`microcourt.${k}`, '{}')
    session.setItem('risk.sale', '{}')
    db = await openPersonDB('zhang')
    await db.put('events', { thread: 'room', case: 'c', seq: 1 } as never)
    await db.put('rooms', { id: 'c' } as never)
    await db.put('kv', [], 'cases.open')
    await db.put('kv', { reason: '写了一半的申请' }, 'application.a1')
    await db.put('kv', { recipient: '张伟' }, 'address.c.')
    await db.put('drafts', { text: '写了一半的消息' }, 'c|room')
    await db.put('outbox', { id: 'm1' } as never)
    await db.put('blobs', new Blob(['photo']), 'm1')
    await db.put('parcels', { id: 'p1', state: 'draft' } as never)
    await db.put('parcels', { id: 'p2', state: 'done' } as never)
    await db.put('pages', { id: 'g1' } as never)
  })
  afterEach(async () => {
    db.close()
    await Promise.all(['zhang', 'li'].map(deletePersonDB))
    vi.unstubAllGlobals()
  })

  it('shows what the court does not have', async () => {
    expect(await unsentHere(db)).toEqual({ messages: 1, evidence: 1, texts: 4 })
    expect(await unsentHere(undefined)).toEqual({ messages: 0, evidence: 0, texts: 1 })
  })

  it('empties what can be had again, and keeps what only this phone has, and the wishes of its owner', async () => {
    await emptyPhone('zhang', db, false)
    expect(await held(db)).toEqual({ events: 0, rooms: 0, kv: 2, drafts: 1, outbox: 1, blobs: 1, parcels: 2, pages: 1 })
    expect(await unsentHere(db)).toEqual({ messages: 1, evidence: 1, texts: 4 })
    expect(local.all()).toEqual(['microcourt.guide.p1', 'microcourt.lang', 'microcourt.look', 'microcourt.push'])
    expect(session.all()).toEqual(['risk.sale'])
    expect([pages.stored, pages.registered]).toEqual([[], 0])
  })

  it('gives up what was not sent only where that was said, and nothing of other people', async () => {
    const other = await openPersonDB('li')
    await other.put('outbox', { id: 'm2' } as never)
    await emptyPhone('zhang', db, true)
    expect(local.all()).toEqual(['microcourt.lang', 'microcourt.look', 'microcourt.push'])
    expect(session.all()).toEqual([])
    const again = await openPersonDB('zhang')
    expect(Object.values(await held(again)).every((n) => n === 0)).toBe(true)
    expect(await other.count('outbox')).toBe(1)
    again.close()
    other.close()
  })
})
