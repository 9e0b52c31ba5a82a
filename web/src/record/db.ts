import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { CaseDetail, CourtEvent } from '@/api/types'
import type { Page, Parcel } from '@/evidence/parcel'
import type { OutboxItem } from '@/outbox/item'

/** The newest contiguous part of a thread that this phone holds. */
export interface Tail {
  case: string
  thread: string
  from: number
  to: number
}

export interface RoomNotes {
  id: string
  detail: CaseDetail
  me: string
  read: Record<string, number>
  receipts: Record<string, Record<string, number>>
}

export interface Draft {
  text: string
  quote?: number
  /** Under which id it was tried to be sent. */
  event?: string
}

interface Schema extends DBSchema {
  events: { key: [string, string, number]; value: CourtEvent }
  tails: { key: [string, string]; value: Tail; indexes: { case: string } }
  rooms: { key: string; value: RoomNotes }
  kv: { key: string; value: unknown }
  drafts: { key: string; value: Draft }
  outbox: { key: string; value: OutboxItem }
  blobs: { key: string; value: Blob }
  parcels: { key: string; value: Parcel }
  pages: { key: string; value: Page }
}

export type PersonDB = IDBPDatabase<Schema>

const name = (person: string) => `microcourt.${person}`

/** Opens what this phone keeps for one person. Nobody else's is ever opened. */
export async function openPersonDB(person: string): Promise<PersonDB> {
  const db = await openDB<Schema>(name(person), 2, {
    upgrade(db, before) {
      db.createObjectStore('parcels', { keyPath: 'id' })
      db.createObjectStore('pages', { keyPath: 'id' })
      if (before >= 1) return
      db.createObjectStore('events', { keyPath: ['case', 'thread', 'seq'] })
      db.createObjectStore('tails', { keyPath: ['case', 'thread'] }).createIndex('case', 'case')
      db.createObjectStore('rooms', { keyPath: 'id' })
      db.createObjectStore('kv')
      db.createObjectStore('drafts')
      db.createObjectStore('outbox', { keyPath: 'id' })
      db.createObjectStore('blobs')
    },
    blocking(_old, _new, e) {
      ;(e.target as IDBDatabase).close()
    },
  })
  return keptAtOnce(db)
}

/**
 * Lets a single write be committed as soon as it is asked for. A transaction commits otherwise when the page has heard that its requests are done, and that of a page that goes in this moment is
 * given up (Indexed Database API 3.0, section 2.7.1): what was typed last would be lost.
 */
function keptAtOnce(db: PersonDB): PersonDB {
  const write = (act: 'put' | 'delete') => async (store: 'kv', ...args: [unknown, string]) => {
    const tx = db.transaction(store, 'readwrite')
    const asked = act === 'put' ? tx.store.put(...args) : tx.store.delete(args[0] as string)
    tx.commit?.()
    return (await Promise.all([asked, tx.done]))[0]
  }
  const writes: Record<PropertyKey, unknown> = { put: write('put'), delete: write('delete') }
  return new Proxy(db, {
    get(target, key) {
      const value: unknown = writes[key] ?? Reflect.get(target, key)
      return typeof value === 'function' && !(key in writes) ? value.bind(target) : value
    },
  })
}

/** What in `kv` can be had from the server again: lists of cases. All else there is being written. */
export const cachedKeys = () => IDBKeyRange.bound('cases.', 'cases.\uffff')

/** Forgets everything that can be had from the server again. What was not sent yet, drafts and forms stay. */
export async function clearCaches(db: PersonDB) {
  const tx = db.transaction(['events', 'tails', 'rooms', 'kv'], 'readwrite')
  await Promise.all([
    tx.objectStore('events').clear(),
    tx.objectStore('tails').clear(),
    tx.objectStore('rooms').clear(),
    tx.objectStore('kv').delete(cachedKeys()),
    tx.done,
  ])
}

/** Forgets one case: the person is no longer in it. */
export async function forgetCase(db: PersonDB, id: string) {
  const tx = db.transaction(['events', 'tails', 'rooms', 'drafts'], 'readwrite')
  const tails = await tx.objectStore('tails').index('case').getAllKeys(id)
  await Promise.all([
    tx.objectStore('events').delete(IDBKeyRange.bound([id], [id, []])),
    ...tails.map((k) => tx.objectStore('tails').delete(k)),
    tx.objectStore('rooms').delete(id),
    tx.objectStore('drafts').delete(IDBKeyRange.bound(`${id}|`, `${id}|\uffff`)),
    tx.done,
  ])
}

export function deletePersonDB(person: string) {
  return deleteDB(name(person))
}
