import { BASE, rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type Questionnaire = S['RiskQuestionnaire']
export type RiskQuestion = S['RiskQuestion']
export type RiskReport = S['RiskReport']
export type KeptReport = S['KeptRiskReport']
/** What was chosen, by question. */
export type Answers = Record<string, string[]>
export interface Assessment {
  dispute: string
  answers: Answers
  amount: number
}

const mine = '/me/risk-reports'

export const risks = {
  questionnaires: async () => (await rest.get<{ questionnaires: Questionnaire[] }>('/risk-questionnaires')).questionnaires,
  assess: (a: Assessment) => rest.post<RiskReport>('/risk-reports', a),
  list: async () => (await rest.get<{ reports: KeptReport[] }>(mine)).reports,
  keep: (id: string, a: Assessment) => rest.put<KeptReport>(`${mine}/${encodeURIComponent(id)}`, a),
  paper: (id: string) => `${BASE}${mine}/${encodeURIComponent(id)}/document`,
  remove: (id: string) => rest.del<void>(`${mine}/${encodeURIComponent(id)}`),
}
