import type { Draft, PersonDB } from '@/record/db'

const key = (caseId: string, thread: string) => `${caseId}|${thread}`

/** What is being written in each thread and has not been sent. */
export class Drafts {
  private latest = new Map<string, Draft>() // not on disk yet

  constructor(private readonly db: PersonDB) {}

  async read(caseId: string, thread: string): Promise<Draft | undefined> {
    const k = key(caseId, thread)
    return this.latest.get(k) ?? (await this.db.get('drafts', k))
  }

  /** Keeps the draft, at once: nothing is written any more by a page that goes, and what would wait for an earlier write would go with it. Done when it is on disk. */
  async write(caseId: string, thread: string, draft: Draft): Promise<void> {
    const k = key(caseId, thread)
    this.latest.set(k, draft)
    if (draft.text || draft.quote || draft.event) await this.db.put('drafts', draft, k)
    else await this.db.delete('drafts', k)
    if (this.latest.get(k) === draft) this.latest.delete(k)
  }

  /** The threads whose names begin so and in which something is kept on disk. */
  async list(caseId: string, prefix: string): Promise<string[]> {
    const k = key(caseId, prefix)
    return (await this.db.getAllKeys('drafts', IDBKeyRange.bound(k, `${k}\uffff`))).map((x) => x.slice(key(caseId, '').length))
  }
}
