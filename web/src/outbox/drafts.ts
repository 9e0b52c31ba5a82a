import type { Draft, PersonDB } from '@/record/db'

const key = (caseId: string, thread: string) => `${caseId}|${thread}`

/** What is being written in each thread and has not been sent. */
export class Drafts {
  private latest = new Map<string, Draft>() // not on disk yet
  private writing = new Map<string, Promise<void>>()

  constructor(private readonly db: PersonDB) {}

  async read(caseId: string, thread: string): Promise<Draft | undefined> {
    const k = key(caseId, thread)
    return this.latest.get(k) ?? (await this.db.get('drafts', k))
  }

  /** Keeps the draft, at once: nothing is written any more by a page that goes. What comes while the disk is busy is put together. Done when it is on disk. */
  write(caseId: string, thread: string, draft: Draft): Promise<void> {
    const k = key(caseId, thread)
    this.latest.set(k, draft)
    let writing = this.writing.get(k)
    if (!writing) this.writing.set(k, (writing = this.flush(k)))
    return writing
  }

  /** The threads whose names begin so and in which something is kept on disk. */
  async list(caseId: string, prefix: string): Promise<string[]> {
    const k = key(caseId, prefix)
    return (await this.db.getAllKeys('drafts', IDBKeyRange.bound(k, `${k}\uffff`))).map((x) => x.slice(key(caseId, '').length))
  }

  private async flush(k: string) {
    try {
      for (let d = this.latest.get(k); d; d = this.latest.get(k)) {
        if (d.text || d.quote || d.event) await this.db.put('drafts', d, k)
        else await this.db.delete('drafts', k)
        if (this.latest.get(k) === d) this.latest.delete(k)
      }
    } finally {
      this.writing.delete(k)
    }
  }
}
