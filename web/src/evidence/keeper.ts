import { shallowReactive } from 'vue'
import { files } from '@/api/calls'
import { ApiError, codeOf, OFFLINE, passes } from '@/api/errors'
import { evidence, type EvidenceDraft } from '@/api/evidence'
import { newId } from '@/outbox/item'
import { upload } from '@/outbox/upload'
import { draftBody, opinionBody, submissionBody } from './bodies'
import { Kept } from './kept'
import { mediaOf, pageIds, uploadKind, type Page, type Parcel } from './parcel'
import type { Turn } from '@/viewer/page'
import { sha256Of } from '@/outbox/sha256'
import { thumbOf } from './thumb'

const RETRY_MS = [1000, 2000, 4000, 8000, 15_000]
const SAVE_MS = 800

/** What is being done with a page now: its hash is computed, or so much of it has arrived (0 to 1). */
export type Progress = 'hashing' | number

/**
 * Keeps what is being put together for the court on this phone until the court has it, and carries it there: file by file, going on where
 * it stopped; a draft at every step; the act itself when the person has said so and all files are there.
 */
export class Keeper extends Kept {
  readonly progress = shallowReactive(new Map<string, Progress>())

  private leading = false
  private working = false
  private wake: (() => void) | undefined
  private saving = new Map<string, ReturnType<typeof setTimeout>>()
  private ended = new AbortController()

  async start() {
    await this.reload()
    this.shared.hear(() => void this.reload().then(() => this.kick()))
    this.shared.alone(async () => {
      this.leading = true
      await this.reload()
      this.kick()
      await new Promise<void>((done) => this.ended.signal.addEventListener('abort', () => done()))
      this.leading = false
    }, this.ended.signal)
  }

  stop() {
    this.ended.abort()
    this.wake?.()
    for (const t of this.saving.values()) clearTimeout(t)
    this.close()
  }

  /** Connected again, or something new: try now what waits. */
  kick() {
    if (!this.leading) return
    this.wake?.()
    for (const p of this.parcels.values()) if (p.dirty) this.saveSoon(p.id)
    void this.work()
  }

  // -- what the person does --

  async create(what: Pick<Parcel, 'case' | 'for'> & Partial<Parcel>): Promise<Parcel> {
    const p: Parcel = { id: newId(), event: newId(), state: 'draft', revision: 0, savedAt: 0, changedAt: Date.now(), dirty: false, ...what }
    await this.put(p)
    return p
  }

  /** Changes a parcel that has not been sent; the change is on the phone when the promise resolves. */
  async change(id: string, c: Partial<Parcel>) {
    await this.alter(id, () => c)
  }

  private async alter(id: string, f: (p: Parcel) => Partial<Parcel> | undefined): Promise<Parcel | undefined> {
    const changedAt = Date.now()
    const next = await this.update(id, (p) => {
      const c = p.state === 'done' ? undefined : f(p)
      const { failed: _, ...rest } = p
      return c && { ...rest, ...c, changedAt, dirty: !!p.exhibits }
    })
    this.kick()
    return next
  }

  /** Keeps a file as it is. Gives its page, or undefined where the court takes no such file. */
  async add(parcel: string, file: File | Blob, name: string): Promise<Page | undefined> {
    const media = mediaOf({ type: file.type, name })
    if (!media) return undefined
    if (!file.size) throw new ApiError({ code: 'empty_file' })
    const thumb = media === 'image' ? await thumbOf(file) : undefined
    const page: Page = { id: newId(), parcel, name, type: file.type, size: file.size, media, kind: uploadKind[media], ...(thumb ? { thumb } : {}) }
    const tx = this.db.transaction(['pages', 'blobs'], 'readwrite')
    const kept = [tx.objectStore('pages').put(page), tx.objectStore('blobs').put(file, page.id), tx.done]
    tx.commit?.() // also for a page that goes now
    await Promise.all(kept)
    this.touch(page.id)
    this.pages.set(page.id, page)
    return page
  }

  /** Puts a page at the end of an exhibit, also where the exhibit is no longer on the screen. */
  async place(page: Page, exhibit: string) {
    const placed = await this.alter(page.parcel, ({ exhibits }) =>
      exhibits?.some((e) => e.id === exhibit) ? { exhibits: exhibits.map((e) => (e.id === exhibit ? { ...e, pages: [...e.pages, page.id] } : e)) } : undefined,
    )
    if (!placed) await this.removePage(page.id) // the exhibit was taken out meanwhile
  }

  /** Turns a page by a quarter, clockwise. */
  async turnPage(id: string) {
    const page = await this.updatePage(id, (p) => ({ ...p, turn: (((p.turn ?? 0) + 90) % 360) as Turn }))
    if (page) await this.change(page.parcel, {})
  }

  async removePage(id: string) {
    this.touch(id)
    this.pages.delete(id)
    const tx = this.db.transaction(['pages', 'blobs'], 'readwrite')
    await Promise.all([tx.objectStore('pages').delete(id), tx.objectStore('blobs').delete(id), tx.done])
    this.announce()
  }

  async retryPage(id: string) {
    await this.updatePage(id, ({ failed: _, ...rest }) => rest)
    this.kick()
  }

  blob(id: string): Promise<Blob | undefined> {
    return this.db.get('blobs', id)
  }

  /** The person says that it shall go. */
  async send(id: string) {
    await this.change(id, { state: 'sent' })
  }

  async takeBack(id: string) {
    await this.change(id, { state: 'draft' })
  }

  /** Forgets a parcel on this phone, and its draft at the court. */
  async discard(id: string) {
    const p = this.parcels.get(id)
    if (!p) return
    clearTimeout(this.saving.get(id))
    this.touch(id)
    this.parcels.delete(id)
    const all = [...this.pages.values()].filter((x) => x.parcel === id).map((x) => x.id)
    const tx = this.db.transaction(['parcels', 'pages', 'blobs'], 'readwrite')
    void tx.objectStore('parcels').delete(id)
    for (const page of all) {
      this.touch(page)
      this.pages.delete(page)
      void tx.objectStore('pages').delete(page)
      void tx.objectStore('blobs').delete(page)
    }
    await tx.done
    this.shared.tell({ t: 'changed' })
    if (p.revision && p.state !== 'done') await evidence.removeDraft(p.case, id).catch(() => {})
  }

  /** Takes a draft in that was begun on another device. */
  async adopt(caseId: string, d: EvidenceDraft): Promise<Parcel> {
    const exhibits = []
    for (const e of d.exhibits) {
      const pages: string[] = []
      for (const { attachment, sha256, turn } of e.pages ?? []) {
        const file = d.files[attachment]
        const media = mediaOf({ type: file?.type ?? '', name: file?.name ?? '' }) ?? 'pdf'
        const page: Page = { id: newId(), parcel: d.id, name: file?.name ?? '', type: file?.type ?? '', size: file?.size ?? 0, media, kind: uploadKind[media], attachment, ...(sha256 ? { sha256 } : {}), ...(file ? { file } : {}), ...(turn ? { turn } : {}) }
        await this.putPage(page)
        pages.push(page.id)
      }
      exhibits.push({ id: newId(), name: e.name, kind: e.kind as never, purpose: e.purpose ?? '', source: e.source ?? '', original_held: e.original_held, pages })
    }
    const before = this.parcels.get(d.id)
    const p: Parcel = {
      id: d.id, case: caseId, for: d.for ?? '', event: before?.event ?? newId(), exhibits, late_reason: d.late_reason ?? '', state: 'draft',
      revision: d.revision, savedAt: d.updated_at, changedAt: d.updated_at, dirty: false,
    }
    await this.put(p)
    return p
  }

  // -- on the way --

  /** Carries what there is to carry, one thing after the other. */
  private async work() {
    if (this.working) return
    this.working = true
    try {
      for (let tries = 0; this.leading && !this.ended.signal.aborted; ) {
        const page = this.nextPage()
        const parcel = page ? undefined : this.nextParcel()
        if (!page && !parcel) return
        try {
          if (page) await this.carry(page)
          else if (parcel) await this.post(parcel)
          tries = 0
        } catch (err) {
          if (passes(err) || codeOf(err) === 'unauthenticated') {
            await this.pause(Math.max(RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]!, err instanceof ApiError ? err.retryAfterS * 1000 : 0))
          } else if (page) await this.updatePage(page.id, (p) => ({ ...p, failed: words(err) }))
          else if (parcel) await this.refused(parcel, err)
        }
      }
    } finally {
      this.working = false
    }
  }

  private nextPage(): Page | undefined {
    for (const p of this.parcels.values()) {
      if (p.state === 'done') continue
      for (const id of pageIds(p)) {
        const page = this.pages.get(id)
        if (page && !page.attachment && !page.failed) return page
      }
    }
    return undefined
  }

  private nextParcel(): Parcel | undefined {
    return [...this.parcels.values()].find((p) => p.state === 'sent' && pageIds(p).every((id) => this.pages.get(id)?.attachment))
  }

  private async carry(first: Page) {
    let page = first
    const update = async (f: (p: Page) => Page) => {
      const next = await this.updatePage(page.id, f)
      if (!next) throw new ApiError({ code: 'gone' }) // taken out meanwhile
      page = next
    }
    const keep = (c: Partial<Page>) => update((p) => ({ ...p, ...c }))
    try {
      const blob = await this.blob(page.id)
      if (!blob) throw new ApiError({ code: 'file_lost' })
      if (!page.sha256) {
        this.progress.set(page.id, 'hashing')
        await keep({ sha256: await sha256Of(blob) })
      }
      if (!page.uploaded) {
        this.progress.set(page.id, 0)
        const what = { name: page.name, type: page.type, kind: page.kind, ...(page.upload ? { address: page.upload } : {}) }
        const uploaded = await upload(what, blob, (url) => keep({ upload: url }), (n) => this.progress.set(page.id, n)).catch(async (err) => {
          if (codeOf(err) !== 'upload_gone') throw err
          await update(({ upload: _, ...rest }) => rest) // the court no longer knows the unfinished upload: the next try begins anew
          throw new ApiError({ code: OFFLINE })
        })
        await keep({ uploaded })
      }
      const a = await this.attachment(page.uploaded!)
      if (a.sha256 !== page.sha256) {
        await update(({ upload: _, uploaded: __, ...rest }) => rest) // it arrived as something else: once more
        throw new ApiError({ code: OFFLINE })
      }
      await keep({ attachment: a.id, file: { name: a.name, type: a.type, size: a.size, ...(a.width ? { width: a.width, height: a.height } : {}), thumbnail: a.thumbnail ?? false } })
      if (await this.update(page.parcel, (p) => (p.exhibits ? { ...p, dirty: true } : undefined))) this.saveSoon(page.parcel)
    } catch (err) {
      if (codeOf(err) !== 'gone') throw err
    } finally {
      this.progress.delete(page.id)
    }
  }

  private async attachment(uploaded: string) {
    for (let n = 0; ; n++) {
      const a = await files.attachment(uploaded)
      if (a) return a
      if (n >= 20) throw new ApiError({ code: 'upload_unfinished' })
      await this.pause(Math.min(300 * (n + 1), 3000))
      if (this.ended.signal.aborted) throw new ApiError({ code: OFFLINE })
    }
  }

  private async post(p: Parcel) {
    const page = (id: string) => this.pages.get(id)!
    if (p.opinion) await evidence.opine(p.case, p.opinion.exhibit, opinionBody(p, page))
    const result = p.exhibits ? await evidence.submit(p.case, submissionBody(p, page)) : undefined
    await this.update(p.id, ({ failed: _, ...rest }) => ({ ...rest, state: 'done', dirty: false, ...(result ? { result } : {}) }))
    await Promise.all(pageIds(p).map((id) => this.db.delete('blobs', id)))
  }

  private async refused(p: Parcel, err: unknown) {
    const e = err as Partial<ApiError>
    await this.update(p.id, (x) => ({ ...x, state: 'draft', failed: { ...words(err), field: e.field ?? '' } }))
  }

  // -- the draft at the court --

  private saveSoon(id: string) {
    clearTimeout(this.saving.get(id))
    this.saving.set(id, setTimeout(() => void this.save(id), SAVE_MS))
  }

  private async save(id: string) {
    const p = this.parcels.get(id)
    if (!p?.exhibits || p.state === 'done' || !p.dirty) return
    const changedAt = p.changedAt
    const held = pageIds(p).filter((x) => this.pages.get(x)?.attachment)
    try {
      const d = await evidence.saveDraft(p.case, id, draftBody(p, (x) => this.pages.get(x)!))
      const now = await this.update(id, (x) => ({ ...x, revision: d.revision, savedAt: d.updated_at, dirty: x.changedAt !== changedAt }))
      if (!now) return
      // The court holds them, and its draft names them: the phone needn't.
      await Promise.all(held.map((x) => this.db.delete('blobs', x)))
      if (now.changedAt !== changedAt) this.saveSoon(id)
    } catch (err) {
      const now = this.parcels.get(id)
      if (!now || now.state === 'done') return
      if (codeOf(err) === 'draft_changed') await this.update(id, (x) => ({ ...x, failed: { ...words(err), field: '' } }))
      else if (passes(err)) this.saving.set(id, setTimeout(() => void this.save(id), 8000))
    }
  }

  /** Settles that another device has changed the draft too: this phone's stands, or the other's. */
  async settle(id: string, mine: boolean) {
    const p = this.parcels.get(id)
    if (!p) return
    const theirs = await evidence.draft(p.case, id)
    if (!mine) return void (await this.adopt(p.case, theirs))
    await this.update(id, ({ failed: _, ...rest }) => ({ ...rest, revision: theirs.revision, dirty: true }))
    this.kick()
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      const keeper = this
      function done() {
        clearTimeout(timer)
        keeper.wake = undefined
        resolve()
      }
      this.wake = done
    })
  }
}

function words(err: unknown): { code: string; text: string } {
  return { code: codeOf(err), text: err instanceof ApiError ? err.text : '' }
}
