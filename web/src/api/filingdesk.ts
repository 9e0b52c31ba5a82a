import type { components } from './schema'
import { rest } from './rest'

type S = components['schemas']

export type DeskFilings = S['DeskFilings']
export type DeskFilingLine = S['DeskFilingLine']
export type DeskFiling = S['DeskFilingNow']
export type FiledAct = S['FiledAct']
export type PanelMember = S['PanelMember']
export type Invitation = S['Invitation']
export type DeskList = 'waiting' | 'asked' | 'over'
export interface Panelist {
  login: string
  role: 'judge' | 'clerk'
  standing: string
}
export type FilingAnswer =
  | { act: 'accept'; panel: Panelist[] }
  | { act: 'ask_correction'; corrections: { path: string; text: string }[]; days: number }
  | { act: 'refuse'; reason: string }
  | { act: 'transfer'; reason: string; court: string }

const enc = encodeURIComponent
const invitations = (id: string) => `/cases/${enc(id)}/invitations`

export const filingDesk = {
  list: (state: DeskList, limit = 200) => rest.get<DeskFilings>('/filing-desk', { state, limit }),
  read: (id: string) => rest.get<DeskFiling>(`/filing-desk/${enc(id)}`),
  answer: (id: string, steps: number, answer: FilingAnswer) => rest.post<DeskFiling>(`/filing-desk/${enc(id)}/answer`, { steps, ...answer }),
  panel: async () => (await rest.get<{ members: PanelMember[] }>('/filing-panel')).members,
  /** Who was invited to a case, for the court. */
  invited: async (id: string) => (await rest.get<{ invitations: Invitation[] }>(invitations(id))).invitations,
  invite: async (id: string, participant: string, known: { phone?: string; id_type?: string; id_number?: string }) => (await rest.post<{ invitations: Invitation[] }>(`${invitations(id)}/${enc(participant)}`, known)).invitations,
}
