import { rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type Catalogue = S['CalcCatalogue']
export type Amount = S['ExactAmount']
/** What the calculators answer; which parts stand depends on the calculator. */
export type Result = Partial<
  Omit<S['ExactResult'] & S['CalcLoanResult'], 'steps'> & Omit<S['CalcDeadlineResult'], 'steps'> & S['CalcDayCount'] & S['CalcDateFound'] & { steps: (S['ExactStep'] | S['ExactText'])[] }
>
export type FeeRequest = S['FeeRequest']

export const tools = {
  catalogue: () => rest.get<Catalogue>('/tools'),
  calculate: (path: string, body: unknown) => rest.post<Result>(`/tools/${path}`, body),
}
