import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/errors'
import type { EventBody } from '@/api/types'
import { Outbox, type Carrier, type Shared } from '@/outbox/outbox'
import type { OutboxItem } from '@/outbox/item'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'

/** A server that keeps to the protocol: the same id is the same event. */
class Court implements Carrier {
  record: { id: string; thread: string; body: EventBody }[] = []
  calls = 0
  uploads: { from: string | undefined }[] = []
  /** What to answer instead, in order. */
  answers: ((item: OutboxItem) => ApiError | 'lost' | undefined)[] = []
  uploadFails: (ApiError | undefined)[] = []
  processing = 0

  async send(item: OutboxItem, body: EventBody) {
    this.calls++
    const answer = this.answers.shift()?.(item)
    if (answer instanceof ApiError) throw answer
    let at = this.record.findIndex((r) => r.id === item.id)
    if (at < 0) at = this.record.push({ id: item.id, thread: item.thread, body }) - 1
    if (answer === 'lost') throw new ApiError({ code: 'offline' })
    return { seq: at + 1, at: 1000 + at }
  }
  async upload(item: OutboxItem, _blob: Blob, address: (u: string) => Promise<void>, part: (p: number) => void) {
    this.uploads.push({ from: item.upload })
    if (!item.upload) await address(`/uploads/u${this.uploads.length}`)
    part(0.5)
    const fail = this.uploadFails.shift()
    if (fail) throw fail
    return 'up1'
  }
  async attachment(upload: string) {
    if (this.processing-- > 0) return undefined
    return { id: `att-${upload}`, name: 'a.jpg', type: 'image/jpeg', size: 3, sha256: '' }
  }
}

/** Pages of one browser: one at a time leads. */
class Browser {
  private turn: Promise<void> = Promise.resolve()
  private pages: ((m: unknown) => void)[] = []
  page(): Shared {
    let mine: ((m: unknown) => void) | undefined
    return {
      alone: (work, signal) => {
        this.turn = this.turn.then(() => (signal.aborted ? undefined : work()))
      },
      tell: (m) => this.pages.filter((p) => p !== mine).forEach((p) => setTimeout(() => p(m))),
      hear: (f) => this.pages.push((mine = f)),
      close: () => (this.pages = this.pages.filter((p) => p !== mine)),
    }
  }
}

let db: PersonDB
let court: Court
let browser: Browser
let boxes: Outbox[]

async function openBox(): Promise<Outbox> {
  const o = new Outbox(db, court, browser.page())
  boxes.push(o)
  await o.start()
  return o
}
const text = (words: string, thread = 'room') => ({ case: 'C', thread, kind: 'text' as const, body: { text: words } })
const until = (what: () => boolean | Promise<boolean>) => vi.waitFor(async () => expect(await what()).toBe(true), { timeout: 4000, interval: 5 })
const offline = () => new ApiError({ code: 'offline' })

beforeEach(async () => {
  db = await openPersonDB('p')
  court = new Court()
  browser = new Browser()
  boxes = []
})
afterEach(async () => {
  for (const b of boxes) b.stop()
  db.close()
  await deletePersonDB('p')
})

describe('outbox (P6: nothing typed is lost)', () => {
  it('keeps a message on the phone before it is sent, and forgets it after the ack', async () => {
    court.answers = [() => offline()]
    const box = await openBox()
    const item = await box.add(text('您好'))
    expect(await db.get('outbox', item.id)).toMatchObject({ body: { text: '您好' } })
    box.kick()
    await until(async () => (await db.count('outbox')) === 0)
    expect(court.record).toHaveLength(1)
  })

  it('sends each once and in order, also when acks are lost', async () => {
    court.answers = [() => 'lost', () => offline(), () => 'lost', () => undefined, () => 'lost']
    const box = await openBox()
    for (const w of ['一', '二', '三', '四']) await box.add(text(w))
    await until(async () => {
      box.kick()
      return (await db.count('outbox')) === 0
    })
    expect(court.record.map((r) => r.body.text)).toEqual(['一', '二', '三', '四'])
  })

  it('goes on after the page was closed', async () => {
    court.answers = [() => 'lost', () => offline(), () => offline()]
    const first = await openBox()
    await first.add(text('一'))
    await first.add(text('二'))
    await until(() => court.calls > 0)
    first.stop()
    const second = await openBox()
    await until(async () => {
      second.kick()
      return (await db.count('outbox')) === 0
    })
    expect(court.record.map((r) => r.body.text)).toEqual(['一', '二'])
  })

  it('shows what was refused, lets the next ones pass, and sends it again when told', async () => {
    court.answers = [() => new ApiError({ code: 'case_closed', text: '案件已结' })]
    const box = await openBox()
    const item = await box.add(text('一'))
    await box.add(text('二'))
    await until(() => court.record.length === 1 && box.items.length === 1)
    expect(box.items[0]).toMatchObject({ id: item.id, failed: { code: 'case_closed', text: '案件已结' } })
    expect(await db.get('outbox', item.id)).toMatchObject({ failed: { code: 'case_closed' } })
    await box.retry(item.id)
    await until(() => court.record.length === 2)
  })

  it('holds back only the thread that waits', async () => {
    court.send = async (item, body) => {
      if (item.thread === 'room') throw offline()
      court.record.push({ id: item.id, thread: item.thread, body })
      return { seq: 1, at: 1 }
    }
    const box = await openBox()
    await box.add(text('一'))
    await box.add(text('私', 'bench/P1'))
    await until(() => court.record.length === 1)
    expect(court.record[0]!.thread).toBe('bench/P1')
  })

  it('resumes an upload where it stopped, and sends the attachment', async () => {
    court.uploadFails = [offline()]
    court.processing = 1
    const box = await openBox()
    await box.add({ case: 'C', thread: 'room', kind: 'image', body: {}, file: { name: 'a.jpg', type: 'image/jpeg', size: 3 } }, new Blob(['abc']))
    await until(() => court.uploads.length === 1)
    await until(async () => {
      box.kick()
      return (await db.count('outbox')) === 0
    })
    expect(court.uploads).toEqual([{ from: undefined }, { from: '/uploads/u1' }])
    expect(court.record[0]!.body).toEqual({ attachment: 'att-up1' })
    expect(await db.count('blobs')).toBe(0)
  })

  it('begins an upload anew that the server has forgotten', async () => {
    court.uploadFails = [offline(), new ApiError({ code: 'upload_gone' })]
    const box = await openBox()
    await box.add({ case: 'C', thread: 'room', kind: 'file', body: {}, file: { name: 'a', type: '', size: 3 } }, new Blob(['abc']))
    await until(async () => {
      box.kick()
      return (await db.count('outbox')) === 0
    })
    expect(court.uploads.map((u) => u.from)).toEqual([undefined, '/uploads/u1', undefined])
  })

  it('is emptied by one page when several are open, and every page sees it', async () => {
    const one = await openBox()
    const two = await openBox()
    await two.add(text('从第二页'))
    await until(() => court.record.length === 1 && two.items.length === 0 && one.items.length === 0)
    expect(court.calls).toBe(1)
    one.stop()
    await two.add(text('第一页关了'))
    await until(() => court.record.length === 2)
  })

  it('stands in for an event until that has come', async () => {
    const box = await openBox()
    const item = await box.add(text('一'))
    await until(() => box.items.length === 0)
    expect(box.sent.get(item.id)).toMatchObject({ seq: 1 })
    box.seen(item.id)
    expect(box.sent.size).toBe(0)
  })

  it('is never shown to another person on the same phone', async () => {
    court.answers = Array.from({ length: 50 }, () => () => offline())
    const box = await openBox()
    await box.add(text('我的'))
    const other = await openPersonDB('q')
    expect(await other.count('outbox')).toBe(0)
    other.close()
    await deletePersonDB('q')
  })
})
