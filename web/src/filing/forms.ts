import { filings, type FilingForms, type Ground } from '@/api/filings'
import { passes } from '@/api/errors'
import { useLive } from '@/record/live'

/** The forms of this court, as this phone had them last: a filing that was begun opens without a network too. The key is among those of what the court can give again. */
const KEY = 'cases.filing-forms'

interface Kept {
  forms: FilingForms
  grounds: Record<string, Ground[]>
}

let have: Kept | undefined

/** Gives the forms, and the grounds for retrial by kind. */
export async function filingForms(): Promise<Kept> {
  const db = await useLive().kept()
  try {
    const forms = await filings.forms()
    const grounds: Record<string, Ground[]> = {}
    await Promise.all(forms.kinds.filter((k) => k.grounds).map(async (k) => (grounds[k.key] = await filings.grounds(k.key, ''))))
    have = { forms, grounds }
    void db?.put('kv', have, KEY)
  } catch (err) {
    if (!passes(err)) throw err
    have ??= (await db?.get('kv', KEY)) as Kept | undefined
    if (!have) throw err
  }
  return have
}
