import { shallowReactive } from 'vue'
import type { Shared } from '@/outbox/outbox'
import type { PersonDB } from '@/record/db'
import type { Page, Parcel } from './parcel'

const TELL_MS = 100

/** Parcels and their pages as this phone keeps them, shown as they are in every page of the browser. */
export class Kept {
  readonly parcels = shallowReactive(new Map<string, Parcel>())
  readonly pages = shallowReactive(new Map<string, Page>())

  /** Counts what is changed here, and says for each parcel and page when it was changed last. */
  private changes = 0
  private touched = new Map<string, number>()
  private telling: ReturnType<typeof setTimeout> | undefined

  constructor(
    protected readonly db: PersonDB,
    protected readonly shared: Shared,
  ) {}

  protected close() {
    clearTimeout(this.telling)
    this.shared.close()
  }

  protected async put(p: Parcel) {
    this.touch(p.id)
    this.parcels.set(p.id, p)
    await this.db.put('parcels', plain(p))
    this.announce()
  }

  /**
   * Changes a parcel where it is kept, and not what this page believes of it: two pages of one browser must not undo each other's changes.
   * `f` is asked of both, and must give nothing where nothing is to be changed.
   */
  protected async update(id: string, f: (p: Parcel) => Parcel | undefined): Promise<Parcel | undefined> {
    const here = this.parcels.get(id)
    const soon = here && f(here)
    if (soon) this.parcels.set(id, soon)
    const mine = this.touch(id)
    const tx = this.db.transaction('parcels', 'readwrite')
    const kept = await tx.store.get(id)
    const next = kept && f(kept)
    if (next) await tx.store.put(plain(next))
    await tx.done
    if (next && this.touched.get(id) === mine) this.parcels.set(id, next)
    this.announce()
    return next
  }

  protected async updatePage(id: string, f: (p: Page) => Page): Promise<Page | undefined> {
    const mine = this.touch(id)
    const tx = this.db.transaction('pages', 'readwrite')
    const kept = await tx.store.get(id)
    const next = kept && f(kept)
    if (next) await tx.store.put(next)
    await tx.done
    if (next && this.touched.get(id) === mine) this.pages.set(id, next)
    this.announce()
    return next
  }

  /** Tells the other pages of this browser, once for what comes close together. */
  protected announce() {
    this.telling ??= setTimeout(() => {
      this.telling = undefined
      this.shared.tell({ t: 'changed' })
    }, TELL_MS)
  }

  protected async putPage(page: Page) {
    this.touch(page.id)
    this.pages.set(page.id, page)
    await this.db.put('pages', page)
  }

  /** Takes what other pages of this browser have kept. What was changed here while it was being read is newer. */
  protected async reload() {
    const began = this.changes
    const [parcels, pages] = await Promise.all([this.db.getAll('parcels'), this.db.getAll('pages')])
    const older = (id: string) => (this.touched.get(id) ?? 0) <= began
    for (const p of parcels) if (older(p.id)) this.parcels.set(p.id, p)
    for (const id of this.parcels.keys()) if (older(id) && !parcels.some((p) => p.id === id)) this.parcels.delete(id)
    for (const page of pages) if (older(page.id)) this.pages.set(page.id, page)
    for (const id of this.pages.keys()) if (older(id) && !pages.some((page) => page.id === id)) this.pages.delete(id)
  }

  protected touch(id: string): number {
    this.touched.set(id, ++this.changes)
    return this.changes
  }
}

/** As it can be kept: without what Vue wraps around it. */
function plain(p: Parcel): Parcel {
  return JSON.parse(JSON.stringify(p)) as Parcel
}
