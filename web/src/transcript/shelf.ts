import type { Drafts } from '@/outbox/drafts'

/** What tells pages of one browser apart that are open at the same time. */
export type Locks = Pick<LockManager, 'request'>

/**
 * Where a page keeps what it has written of a transcript and the court doesn't have. Each page has a shelf of its own, so that of two that write the same transcript none writes over what the other
 * keeps; what stands on the shelf of a page that is gone is taken over by one that is there.
 */
export class Shelf {
  private readonly prefix: string
  private readonly mine: string
  private open = true
  private leave = () => {}

  constructor(
    private readonly drafts: Drafts,
    private readonly caseId: string,
    hearing: string,
    pen: string,
    private readonly locks: Locks | undefined = navigator.locks,
  ) {
    this.prefix = `transcript/${hearing}/`
    this.mine = this.prefix + pen
    void this.locks?.request(this.mine, () => new Promise<void>((done) => (this.open ? (this.leave = done) : done())))
  }

  /** Keeps it; a page that is gone only clears its shelf, for somebody may have taken over what stood there. */
  keep(text: string): Promise<void> {
    return this.open || !text ? this.drafts.write(this.caseId, this.mine, { text }) : Promise.resolve()
  }

  /** Takes over what pages that are gone have left. `take` gives what this page keeps with it; the old shelf is cleared when that is on disk. */
  async adopt(take: (text: string) => string): Promise<boolean> {
    let any = false
    for (const other of await this.drafts.list(this.caseId, this.prefix)) {
      if (other === this.mine) continue
      const move = async (free: unknown) => {
        const left = free && this.open ? await this.drafts.read(this.caseId, other) : undefined
        if (!left?.text) return
        await this.keep(take(left.text))
        await this.drafts.write(this.caseId, other, { text: '' })
        any = true
      }
      if (this.locks) await this.locks.request(other, { ifAvailable: true }, move)
      else await move(true)
    }
    return any
  }

  /** The page goes. */
  close() {
    this.open = false
    this.leave()
  }
}
