import { printed } from './applications'
import type { ServiceAddress } from './documents'
import { BASE, rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type FilingForms = S['FilingForms']
export type FilingKind = S['FilingKind']
export type FilingField = S['FilingField']
export type FilingStep = S['FilingStep']
export type FilingSlot = S['FilingSlot']
export type FilingStanding = S['FilingStanding']
export type FilingCondition = S['FilingCondition']
export type FilingOption = S['FilingOption']
export type FilingProblem = S['FilingProblem']
export type FilingCorrection = S['FilingCorrection']
export type FilingDraft = S['FilingDraft']
export type OpenedFiling = S['OpenedFiling']
export type FilingLine = S['FilingLine']
export type Filing = S['FilingNow']
export type FilingState = Filing['state']
export type Cause = S['CauseCause']
export type Ground = S['FilingGround']

/** What was filled in, by the keys of fields, in the JSON of their types (store/court/filing/kind.go). */
export type Values = Record<string, unknown>

export interface Party {
  id: string
  standing: string
  kind: 'person' | 'organisation'
  name: string
  id_type?: string
  id_number?: string
  gender?: 'male' | 'female'
  born_on?: string
  nation?: string
  phone?: string
  address?: string
  legal_name?: string
  legal_post?: string
  original?: string
  self?: boolean
}

export interface Representative {
  id: string
  kind: string
  name: string
  id_type?: string
  id_number?: string
  phone?: string
  address?: string
  firm?: string
  licence?: string
  for: string[]
  authority?: 'general' | 'special'
  powers?: string[]
  self?: boolean
}

export interface Material {
  slot: string
  attachment: string
  name?: string
}

export type { ServiceAddress }

const enc = encodeURIComponent
const draftAt = (id: string) => `/me/filing-drafts/${enc(id)}`
const at = (id: string) => `/me/filings/${enc(id)}`

export const filings = {
  forms: () => rest.get<FilingForms>('/filing-kinds'),
  causes: async (kind: string, q: string, on: string) => (await rest.get<{ causes: Cause[] }>(`/filing-kinds/${enc(kind)}/causes`, { q, on })).causes,
  grounds: async (kind: string, q: string) => (await rest.get<{ grounds: Ground[] }>(`/filing-kinds/${enc(kind)}/grounds`, { q })).grounds,
  drafts: async () => (await rest.get<{ drafts: FilingDraft[] }>('/me/filing-drafts')).drafts,
  draft: (id: string) => rest.get<OpenedFiling>(draftAt(id)),
  save: (id: string, what: { revision: number; kind: string; step: string; values: Values; aside?: Values }) => rest.put<OpenedFiling>(draftAt(id), what),
  remove: (id: string) => rest.del<void>(draftAt(id)),
  print: (id: string) => printed(`${BASE}${draftAt(id)}/document?signed=true`),
  submit: (id: string, revision: number, sha256: string) => rest.post<Filing>(`${draftAt(id)}/submit`, { revision, sha256 }),
  list: async () => (await rest.get<{ filings: FilingLine[] }>('/me/filings')).filings,
  read: (id: string) => rest.get<Filing>(at(id)),
  withdraw: (id: string) => rest.post<Filing>(`${at(id)}/withdraw`),
}
