import type { PhotoKind } from '@/api/identity'
import type { PersonDB } from '@/record/db'

/** A face or a document that is still on its way. It stands in the phone's memory until the court has it, and is removed at once then. */
export type Waiting = { kind: PhotoKind; blob: Blob } | { kind: 'flash' | 'digits_video'; blob: Blob; challenge: string; expiresAt: number }

const KINDS: readonly Waiting['kind'][] = ['document_front', 'document_back', 'guardian_proof', 'flash', 'digits_video']
const key = (kind: Waiting['kind']) => `identity.${kind}`
const noteKey = (kind: Waiting['kind']) => `identity.${kind}.note`

type Open = () => Promise<PersonDB | undefined>

export async function keepWaiting(open: Open, w: Waiting) {
  const db = await open()
  if (!db) return
  if ('challenge' in w) await db.put('kv', { challenge: w.challenge, expiresAt: w.expiresAt }, noteKey(w.kind))
  await db.put('blobs', w.blob, key(w.kind))
}

export async function dropWaiting(open: Open, kind: Waiting['kind']) {
  const db = await open()
  await Promise.all([db?.delete('blobs', key(kind)), db?.delete('kv', noteKey(kind))])
}

/** What was left from before. A capture whose challenge is over can't be sent any more, and is removed. */
export async function leftWaiting(open: Open, now: number): Promise<Waiting[]> {
  const db = await open()
  const left: Waiting[] = []
  for (const kind of db ? KINDS : []) {
    const blob = await db!.get('blobs', key(kind))
    if (!blob) continue
    if (kind !== 'flash' && kind !== 'digits_video') {
      left.push({ kind, blob })
      continue
    }
    const note = (await db!.get('kv', noteKey(kind))) as { challenge: string; expiresAt: number } | undefined
    if (note && note.expiresAt > now) left.push({ kind, blob, ...note })
    else await dropWaiting(open, kind)
  }
  return left
}

/** Nothing of it is needed any more. */
export async function dropAllWaiting(open: Open) {
  for (const kind of KINDS) await dropWaiting(open, kind)
}
