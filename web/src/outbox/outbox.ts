import { shallowReactive } from 'vue'
import { ApiError, codeOf, OFFLINE, passes } from '@/api/errors'
import type { Attachment, EventBody, FileInfo, MessageKind } from '@/api/types'
import type { PersonDB } from '@/record/db'
import { newId, type OutboxItem } from './item'

export interface Post {
  seq: number
  at: number
}

/** How the outbox reaches the server; tests give their own. */
export interface Carrier {
  send(item: OutboxItem, body: EventBody): Promise<Post>
  /** Uploads from where it stopped; tells the address where it can go on, and how much has arrived (0 to 1). */
  upload(item: OutboxItem, blob: Blob, address: (url: string) => Promise<void>, part: (p: number) => void): Promise<string>
  attachment(upload: string): Promise<Attachment | undefined>
}

export interface Shared {
  /** Runs `work` in one page of this person at a time; `work` ends when the signal is aborted. */
  alone(work: () => Promise<void>, signal: AbortSignal): void
  tell(message: unknown): void
  hear(f: (message: unknown) => void): void
  close(): void
}

export interface NewItem {
  case: string
  thread: string
  kind: MessageKind
  body: EventBody
  file?: FileInfo
}

type Told = { t: 'changed' } | { t: 'sent'; id: string; seq: number; at: number } | { t: 'part'; id: string; p: number }

const RETRY_MS = [1000, 2000, 4000, 8000, 15_000, 30_000]

/** Everything that was written, photographed or recorded and is not acknowledged yet, for one person on this phone. */
export class Outbox {
  /** In order of writing. */
  readonly items = shallowReactive<OutboxItem[]>([])
  /** What is on its way now: how much of it has arrived, 0 to 1. */
  readonly sending = shallowReactive(new Map<string, number>())
  /** Acknowledged, and not yet seen in the thread: shown until the event itself comes. */
  readonly sent = shallowReactive(new Map<string, { item: OutboxItem } & Post>())

  private leading = false
  private running = new Set<string>()
  private wake = new Set<() => void>()
  /** Removed here: a list read a moment earlier must not bring them back. */
  private gone = new Set<string>()
  private ended = new AbortController()

  constructor(
    private readonly db: PersonDB,
    private readonly carrier: Carrier,
    private readonly shared: Shared,
  ) {}

  async start() {
    await this.reload()
    this.shared.hear((m) => this.told(m as Told))
    this.shared.alone(async () => {
      this.leading = true
      await this.reload()
      this.kick()
      await new Promise<void>((done) => {
        if (this.ended.signal.aborted) done()
        else this.ended.signal.addEventListener('abort', () => done())
      })
      this.leading = false
    }, this.ended.signal)
  }

  stop() {
    this.ended.abort()
    this.rouse()
    this.shared.close()
  }

  /** Keeps the message on the phone. It is safe when the promise resolves; sending goes on by itself. */
  async add(n: NewItem, blob?: Blob): Promise<OutboxItem> {
    const last = this.items[this.items.length - 1]?.order ?? 0
    const item: OutboxItem = { ...n, id: newId(), at: Date.now(), order: Math.max(Date.now(), last + 1) }
    const tx = this.db.transaction(['outbox', 'blobs'], 'readwrite')
    const kept = [tx.objectStore('outbox').put(item), blob && tx.objectStore('blobs').put(blob, item.id), tx.done]
    tx.commit?.() // also for a page that goes now
    await Promise.all(kept)
    if (!this.items.some((i) => i.id === item.id)) this.items.push(item)
    this.shared.tell({ t: 'changed' })
    this.kick()
    return item
  }

  async retry(id: string) {
    const item = this.items.find((i) => i.id === id)
    if (!item) return
    const { failed: _, ...rest } = item
    await this.save(rest)
    this.shared.tell({ t: 'changed' })
    this.kick()
  }

  async discard(id: string) {
    if (this.sending.has(id)) return
    await this.remove(id)
    this.shared.tell({ t: 'changed' })
  }

  blob(id: string): Promise<Blob | undefined> {
    return this.db.get('blobs', id)
  }

  of(caseId: string, thread?: string): OutboxItem[] {
    return this.items.filter((i) => i.case === caseId && (!thread || i.thread === thread))
  }

  /** The event has come in its thread: nothing stands in for it any longer. */
  seen(id: string) {
    this.sent.delete(id)
  }

  /** Connected again, or something new: try now what waits. */
  kick() {
    if (!this.leading) return
    this.rouse()
    for (const i of this.items) if (!i.failed) void this.run(i.case, i.thread)
  }

  private rouse() {
    for (const w of [...this.wake]) w()
  }

  /** Sends one thread's messages one after the other, in the order of writing. */
  private async run(caseId: string, thread: string) {
    const key = `${caseId}|${thread}`
    if (this.running.has(key)) return
    this.running.add(key)
    try {
      let tries = 0
      for (;;) {
        const item = this.items.find((i) => i.case === caseId && i.thread === thread && !i.failed)
        if (!item || !this.leading || this.ended.signal.aborted) return
        try {
          await this.deliver(item)
          tries = 0
        } catch (err) {
          if (passes(err) || codeOf(err) === 'unauthenticated') {
            const ms = RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]!
            await this.pause(Math.max(ms, err instanceof ApiError ? err.retryAfterS * 1000 : 0))
          } else {
            await this.fail(item.id, err)
          }
        }
      }
    } finally {
      this.running.delete(key)
    }
  }

  private async deliver(first: OutboxItem) {
    let item = first
    this.sending.set(item.id, 0)
    try {
      if (item.file && !item.attachment) item = await this.attach(item)
      const body = item.attachment ? { attachment: item.attachment, ...item.body } : item.body
      const post = await this.carrier.send(item, body)
      this.sent.set(item.id, { item, ...post })
      await this.remove(item.id)
      this.shared.tell({ t: 'sent', id: item.id, ...post })
    } finally {
      this.sending.delete(item.id)
    }
  }

  private async attach(first: OutboxItem): Promise<OutboxItem> {
    let item = first
    if (!item.uploaded) {
      const blob = await this.blob(item.id)
      if (!blob) throw new ApiError({ code: 'file_lost' })
      try {
        const uploaded = await this.carrier.upload(
          item,
          blob,
          async (url) => {
            item = await this.save({ ...item, upload: url })
          },
          (p) => this.progress(item.id, p),
        )
        item = await this.save({ ...item, uploaded })
      } catch (err) {
        // The server no longer knows the unfinished upload: the next try begins anew.
        if (codeOf(err) === 'upload_gone') {
          const { upload: _, ...rest } = item
          await this.save(rest)
          throw new ApiError({ code: OFFLINE })
        }
        throw err
      }
    }
    for (let n = 0; ; n++) {
      const a = await this.carrier.attachment(item.uploaded!)
      if (a) return this.save({ ...item, attachment: a.id })
      if (n >= 20) throw new ApiError({ code: 'upload_unfinished' })
      await this.pause(Math.min(300 * (n + 1), 3000))
      if (this.ended.signal.aborted) throw new ApiError({ code: OFFLINE })
    }
  }

  private progress(id: string, p: number) {
    this.sending.set(id, p)
    this.shared.tell({ t: 'part', id, p })
  }

  private async fail(id: string, err: unknown) {
    const item = this.items.find((i) => i.id === id)
    if (!item) return
    const failed = { code: codeOf(err), text: err instanceof ApiError ? err.text : '' }
    await this.save({ ...item, failed })
    this.shared.tell({ t: 'changed' })
  }

  private async save(item: OutboxItem): Promise<OutboxItem> {
    const i = this.items.findIndex((x) => x.id === item.id)
    if (i >= 0) this.items[i] = item
    await this.db.put('outbox', item)
    return item
  }

  private async remove(id: string) {
    this.gone.add(id)
    const tx = this.db.transaction(['outbox', 'blobs'], 'readwrite')
    await Promise.all([tx.objectStore('outbox').delete(id), tx.objectStore('blobs').delete(id), tx.done])
    const i = this.items.findIndex((x) => x.id === id)
    if (i >= 0) this.items.splice(i, 1)
  }

  private async reload() {
    const all = (await this.db.getAll('outbox')).filter((i) => !this.gone.has(i.id))
    all.sort((a, b) => a.order - b.order)
    this.items.splice(0, this.items.length, ...all)
  }

  /** Another page of the same person has changed something. */
  private told(m: Told) {
    if (m.t === 'part') {
      if (!this.leading) this.sending.set(m.id, m.p)
      return
    }
    if (m.t === 'sent') {
      const item = this.items.find((i) => i.id === m.id)
      if (item) this.sent.set(m.id, { item, seq: m.seq, at: m.at })
      this.sending.delete(m.id)
    }
    void this.reload().then(() => this.kick())
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.wake.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.wake.add(done)
    })
  }
}
