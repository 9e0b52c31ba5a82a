import type { PersonDB } from '@/record/db'

/** A licence or letter that was photographed and that the court doesn't have yet: it stays on the phone until it does. */
export type ProofKind = 'licence' | 'letter'
export const PROOFS: readonly ProofKind[] = ['licence', 'letter']

type Open = () => Promise<PersonDB | undefined>
const key = (kind: ProofKind) => `organisation.${kind}`

export async function keepProof(open: Open, kind: ProofKind, photo: Blob) {
  await (await open())?.put('blobs', photo, key(kind))
}

export async function keptProof(open: Open, kind: ProofKind): Promise<Blob | undefined> {
  return (await open())?.get('blobs', key(kind))
}

export async function dropProofs(open: Open) {
  const db = await open()
  await Promise.all(PROOFS.map((k) => db?.delete('blobs', key(k))))
}
