import { BASE, rest } from './rest'
import type { components } from './schema'
import { sendSlowly } from './slow'
import type { Notice } from './types'

type S = components['schemas']

export type Identity = Omit<S['Identity'], 'proofing' | 'verified'> & { proofing: Proofing | null; verified: S['Verification'] | null }
export type Proofing = Omit<S['ProofingView'], 'next'> & { next?: Step }
export type Step = 'rules' | 'document' | 'phone' | 'photos' | 'face' | 'notice' | 'signature' | 'submit'
export type IdDocument = S['ProofingDocument']
export type DocumentKind = S['DocumentKind']
export type PhotoKind = 'document_front' | 'document_back' | 'guardian_proof'
export type Challenge = S['ProofingChallenge']
export type Colours = S['Challenge']
export type Review = Omit<S['ProofingReview'], 'document' | 'known'> & { document: IdDocument | null; known: S['KnownPerson'] | null }
export type QueuedProofing = S['QueuedProofing']
export type CaptureView = S['CaptureView']

const enc = encodeURIComponent
const PROOF = '/me/identity/proofing'

/** Sends bytes as they are. */
const send = <T>(path: string, body: Blob, part: (n: number) => void) => sendSlowly<T>('PUT', path, body, 'application/octet-stream', part)

export const identity = {
  read: () => rest.get<Identity>('/me/identity'),
  text: (key: string) => rest.get<Notice>(`/me/identity/texts/${enc(key)}`),
  begin: () => rest.post<Proofing>(PROOF),
  withdraw: () => rest.del<void>(PROOF),
  agree: (n: Notice) => rest.put<Proofing>(`${PROOF}/texts/${enc(n.key)}`, { version: n.version, sha256: n.sha256 }),
  document: (d: IdDocument) => rest.put<Proofing>(`${PROOF}/document`, d),
  phone: () => rest.put<Proofing>(`${PROOF}/phone`, {}),
  sendCode: () => rest.post<{ demo_code?: string; retry_in_s?: number }>('/me/codes'),
  answerCode: (code: string) => rest.post<unknown>('/me/reverification', { code }),
  review: (on: boolean) => rest.put<Proofing>(`${PROOF}/review`, { on }),
  photo: (kind: PhotoKind, photo: Blob, part: (n: number) => void) => send<Proofing>(`${PROOF}/photos/${kind}`, photo, part),
  challenge: (kind: Challenge['kind']) => rest.post<Challenge>(`${PROOF}/challenges`, { kind }),
  answer: (challenge: string, capture: Blob, part: (n: number) => void) => send<Proofing>(`${PROOF}/challenges/${enc(challenge)}/answer`, capture, part),
  signature: () => rest.put<Proofing>(`${PROOF}/signature`, {}),
  submit: () => rest.post<Proofing>(`${PROOF}/submission`),
}

export const proofings = {
  list: (cursor: string) => rest.get<{ rows: QueuedProofing[]; next: string; total: number }>('/proofings', { cursor }),
  read: (id: string) => rest.get<Review>(`/proofings/${enc(id)}`),
  file: (id: string, file: string) => `${BASE}/proofings/${enc(id)}/files/${enc(file)}`,
  capture: (id: string, file: string) => rest.get<CaptureView>(`/proofings/${enc(id)}/captures/${enc(file)}`),
  decide: (id: string, approve: boolean, reason: string) => rest.post<{ state: Review['state'] }>(`/proofings/${enc(id)}/decisions`, { approve, ...(reason ? { reason } : {}) }),
}
