import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Drafts } from '@/outbox/drafts'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'

let db: PersonDB
beforeEach(async () => (db = await openPersonDB('p1')))
afterEach(async () => {
  vi.restoreAllMocks()
  db.close()
  await deletePersonDB('p1')
})

describe('what is being written (P6)', () => {
  it('is on its way to the disk, to be committed whatever becomes of the page, before the key is up again', async () => {
    const drafts = new Drafts(db)
    const put = vi.spyOn(IDBObjectStore.prototype, 'put')
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit')
    const written = ['写', '写到', '写到一半'].map((text) => drafts.write('c1', 'room', { text }))
    expect([put.mock.calls.map(([d]) => (d as { text: string }).text), commit.mock.calls.length]).toEqual([['写', '写到', '写到一半'], 3])
    await Promise.all(written)
    expect(await db.get('drafts', 'c1|room')).toEqual({ text: '写到一半' })
  })

  it('is read as it was written last, and gone when it is empty', async () => {
    const drafts = new Drafts(db)
    void drafts.write('c1', 'room', { text: '旧' })
    const writing = drafts.write('c1', 'room', { text: '新' })
    expect(await drafts.read('c1', 'room')).toEqual({ text: '新' })
    await writing
    expect(await new Drafts(db).read('c1', 'room')).toEqual({ text: '新' })
    await drafts.write('c1', 'room', { text: '' })
    expect([await drafts.read('c1', 'room'), await db.count('drafts')]).toEqual([undefined, 0])
  })
})
