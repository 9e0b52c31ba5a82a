import { shallowReactive } from 'vue'
import { files } from '@/api/calls'
import { ApiError, codeOf, OFFLINE, passes } from '@/api/errors'
import type { Attachment } from '@/api/types'
import { sha256Of } from './sha256'
import type { PersonDB } from '@/record/db'
import { newId } from './item'
import { upload } from './upload'

/** A file that goes with something being prepared. Its bytes stand in the phone's `blobs` until the court has them. */
export interface KeptFile {
  id: string
  name: string
  type: string
  size: number
  kind: 'image' | 'video' | 'file'
  sha256?: string
  /** Where the unfinished upload goes on. */
  address?: string
  attachment?: string
}

const RETRY_MS = 5000
const key = (id: string) => `kept.${id}`

/** Brings files to the court one after the other, each from where it stopped, also after the page was closed on the way. */
export class KeptFiles {
  readonly all = shallowReactive(new Map<string, KeptFile>())
  /** How much of a file has arrived (0 to 1), while it is on its way. */
  readonly part = shallowReactive(new Map<string, number>())
  readonly faults = shallowReactive(new Map<string, unknown>())
  private working = false
  private ended = false

  /** changed is told whenever something is to be kept, arrived when the court has a file. */
  constructor(
    private readonly db: () => Promise<PersonDB | undefined>,
    private readonly changed: () => void,
    private readonly arrived: () => void,
  ) {}

  /** Takes up what was left, and goes on. */
  restore(list: readonly KeptFile[]) {
    for (const f of list) this.all.set(f.id, f)
    void this.work()
  }

  async add(file: File): Promise<KeptFile> {
    const f: KeptFile = { id: newId(), name: file.name, type: file.type, size: file.size, kind: file.type.startsWith('image/') ? 'image' : file.type.startsWith('video/') ? 'video' : 'file' }
    await (await this.db())?.put('blobs', file, key(f.id))
    this.set(f)
    void this.work()
    return f
  }

  /** What stands on this phone of a file; undefined where nothing does. */
  async bytes(id: string): Promise<Blob | undefined> {
    return (await this.db())?.get('blobs', key(id))
  }

  async remove(id: string) {
    this.all.delete(id)
    this.part.delete(id)
    this.faults.delete(id)
    this.changed()
    await (await this.db())?.delete('blobs', key(id))
  }

  retry(id: string) {
    this.faults.delete(id)
    void this.work()
  }

  /** The page is gone; what is on its way goes on when it is opened again. */
  end() {
    this.ended = true
  }

  /** Nothing of it is needed any more. */
  async forget() {
    this.end()
    const db = await this.db()
    await Promise.all([...this.all.keys()].map((id) => db?.delete('blobs', key(id))))
  }

  private set(f: KeptFile) {
    this.all.set(f.id, f)
    this.changed()
  }

  private async work() {
    if (this.working) return
    this.working = true
    try {
      for (;;) {
        const f = [...this.all.values()].find((x) => !x.attachment && !this.faults.has(x.id))
        if (!f || this.ended) return
        await this.carry(f.id).catch((err) => {
          if (!this.all.has(f.id)) return
          this.part.delete(f.id)
          this.faults.set(f.id, err)
          if (passes(err)) setTimeout(() => !this.ended && this.retry(f.id), RETRY_MS)
        })
      }
    } finally {
      this.working = false
    }
  }

  private async carry(id: string) {
    const now = () => {
      const f = this.all.get(id)
      if (!f || this.ended) throw new ApiError({ code: 'gone' })
      return f
    }
    const blob = await this.bytes(id)
    if (!blob) throw new ApiError({ code: 'file_lost' })
    this.part.set(id, 0)
    if (!now().sha256) this.set({ ...now(), sha256: await sha256Of(blob) })
    const { name, type, kind, address } = now()
    const uploaded = await upload({ name, type, kind, ...(address ? { address } : {}) }, blob, async (url) => this.set({ ...now(), address: url }), (n) => this.part.set(id, n)).catch((err) => {
      if (codeOf(err) !== 'upload_gone') throw err
      const { address: _, ...rest } = now() // the court no longer knows the unfinished upload: the next try begins anew
      this.set(rest)
      throw new ApiError({ code: OFFLINE })
    })
    const a = await this.processed(uploaded, now)
    if (a.sha256 !== now().sha256) {
      const { address: _, ...rest } = now() // it arrived as something else: once more
      this.set(rest)
      throw new ApiError({ code: OFFLINE })
    }
    this.set({ ...now(), attachment: a.id })
    this.part.delete(id)
    this.arrived()
  }

  private async processed(uploaded: string, now: () => KeptFile): Promise<Attachment> {
    for (let n = 0; n < 20; n++) {
      const a = await files.attachment(uploaded)
      if (a) return a
      await new Promise((r) => setTimeout(r, Math.min(300 * (n + 1), 3000)))
      now()
    }
    throw new ApiError({ code: 'upload_unfinished' })
  }
}
