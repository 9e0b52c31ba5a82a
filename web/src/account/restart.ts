import { cachedKeys, clearCaches, deletePersonDB, type PersonDB } from '@/record/db'
import { dropStoredPage } from '@/ui/updates'

/** Of all that stands in the browser's small memory these are wishes of whoever holds the phone, and stay: look, language, whom to tell of news. */
const WISHES = ['microcourt.look', 'microcourt.lang', 'microcourt.push']
/** Pages of the guide that somebody is writing. */
const GUIDE = 'microcourt.guide.'

/** What the court doesn't have yet: messages that wait, evidence and opinions being put together or on their way, what else is written and not finished. */
export interface Unsent {
  messages: number
  evidence: number
  texts: number
}

const keys = (s: Storage) => Array.from({ length: s.length }, (_, i) => s.key(i)!)

/** Counts what this phone alone has. db is undefined where the phone keeps nothing for the person. */
export async function unsentHere(db: PersonDB | undefined): Promise<Unsent> {
  const guide = keys(localStorage).filter((k) => k.startsWith(GUIDE)).length
  if (!db) return { messages: 0, evidence: 0, texts: guide }
  const [messages, parcels, drafts, all, cached] = await Promise.all([db.count('outbox'), db.getAll('parcels'), db.getAll('drafts'), db.count('kv'), db.count('kv', cachedKeys())])
  return { messages, evidence: parcels.filter((p) => p.state !== 'done').length, texts: drafts.filter((d) => d.text).length + all - cached + guide }
}

export const anything = (u: Unsent) => u.messages + u.evidence + u.texts > 0

/**
 * Empties what the phone keeps of this service, so that it starts as if it were new: what can be had again from the court, the stored pages, the browser's small
 * memory but for the person's wishes. With `unsent` also what the court doesn't have; it is nowhere else. Other people's on this phone stay untouched.
 */
export async function emptyPhone(person: string, db: PersonDB | undefined, unsent: boolean) {
  if (unsent) await deletePersonDB(person)
  else if (db) await clearCaches(db)
  for (const k of keys(localStorage)) if (!WISHES.includes(k) && (unsent || !k.startsWith(GUIDE))) localStorage.removeItem(k)
  if (unsent) sessionStorage.clear()
  await dropStoredPage().catch(() => {}) // on plain HTTP there are none
}
