import { printed, type Values } from './applications'
import { BASE, rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type PleadingForm = S['PleadingForm']

export const pleadings = {
  forms: async () => (await rest.get<{ forms: PleadingForm[] }>('/pleading-forms')).forms,
  print: (form: string, values: Values, signed: boolean) => printed(`${BASE}/pleadings${signed ? '?signed=true' : ''}`, { form, values }),
}
