import type { Catalogue } from '@/api/tools'

/** One thing that a calculator wants to know. `when` hides it unless it matters. */
export interface Input {
  key: string
  type: 'money' | 'percent' | 'number' | 'date' | 'choice' | 'check' | 'many' | 'rows'
  required?: boolean
  /** Words for the label, where the key alone would be ambiguous. */
  label?: string
  choices?: (c: Catalogue, v: Form) => Choice[]
  /** Of rows: what each has. */
  columns?: Input[]
  /** Of rows: how many there may be. */
  most?: number
  when?: (v: Form) => boolean
}

export interface Choice {
  key: string
  name: { zh: string; en: string } | string
}

/** What was typed, by key, as text; lists for `many` and `rows`. */
export type Form = Record<string, string | boolean | string[] | Form[] | undefined>

export interface Calculator {
  key: string
  path: string
  inputs: Input[]
}

const words = (...keys: string[]) => () => keys.map((key) => ({ key, name: key }))
const is = (key: string, ...values: string[]) => (v: Form) => values.includes(String(v[key] ?? ''))
const period: Input[] = [
  { key: 'from', type: 'date', required: true },
  { key: 'to', type: 'date', required: true },
]
const daily = (key: string, people = false): Input => ({
  key, type: 'rows', most: 1, columns: [{ key: 'rate', type: 'money', required: true }, { key: 'days', type: 'number', required: true }, ...(people ? [{ key: 'people', type: 'number' } as Input] : [])],
})
const whole = ['property', 'divorce', 'personality', 'ip', 'execution', 'preservation', 'payment_order', 'bankruptcy', 'maritime']

/** The calculators in the catalogue's order: what each asks for, in the terms of the API. */
export const calculators: Calculator[] = [
  {
    key: 'litigation_fee', path: 'litigation-fee', inputs: [
      { key: 'kind', type: 'choice', required: true, label: 'case_kind', choices: (c) => c.fees.kinds },
      { key: 'sub', type: 'choice', required: true, choices: (c, v) => c.fees.subs[String(v.kind)] ?? [], when: is('kind', 'administrative', 'maritime', 'not_charged') },
      { key: 'amount', type: 'money', label: 'claim', when: is('kind', ...whole) },
      { key: 'base', type: 'money', label: 'local_base', when: is('kind', 'divorce', 'personality', 'other_non_property', 'ip', 'jurisdiction_objection', 'maritime') },
      { key: 'stage', type: 'choice', choices: words('appeal', 'retrial_review', 'retrial'), when: (v) => !is('kind', 'execution', 'preservation', 'payment_order', 'public_notice', 'maritime', 'not_charged')(v) },
      { key: 'retrial_ground', type: 'choice', required: true, choices: words('none', 'new_evidence', 'no_appeal'), when: is('stage', 'retrial_review', 'retrial') },
      { key: 'halve', type: 'many', choices: (c) => c.fees.halving, when: (v) => !is('kind', 'execution', 'preservation', 'payment_order', 'public_notice', 'maritime', 'not_charged')(v) },
      { key: 'relief.kind', type: 'choice', label: 'relief', choices: (c) => c.fees.relief },
      { key: 'relief.natural_person', type: 'check', label: 'natural_person', when: is('relief.kind', 'exempt') },
      { key: 'relief.reduce_percent', type: 'number', required: true, label: 'reduce_percent', when: is('relief.kind', 'reduce') },
    ],
  },
  { key: 'preservation_fee', path: 'preservation-fee', inputs: [{ key: 'amount', type: 'money', label: 'preserved' }] },
  { key: 'execution_fee', path: 'execution-fee', inputs: [{ key: 'amount', type: 'money', label: 'enforced' }] },
  {
    key: 'delay_interest', path: 'delay-interest', inputs: [
      { key: 'principal', type: 'money', required: true, label: 'owed' },
      { key: 'due_date', type: 'date', required: true },
      { key: 'paid_date', type: 'date', required: true },
      { key: 'payments', type: 'rows', most: 100, columns: [{ key: 'date', type: 'date', required: true }, { key: 'amount', type: 'money', required: true, label: 'paid' }] },
      { key: 'suspended', type: 'rows', most: 20, columns: period },
    ],
  },
  {
    key: 'loan_interest', path: 'loan-interest', inputs: [
      { key: 'principal', type: 'money', required: true, label: 'lent' },
      { key: 'annual_percent', type: 'percent' },
      ...period,
      { key: 'day_base', type: 'choice', choices: words('365', '360') },
      { key: 'contract_date', type: 'date' },
      { key: 'filed_date', type: 'date' },
    ],
  },
  {
    key: 'overdue_lpr', path: 'overdue-interest', inputs: [
      { key: 'principal', type: 'money', required: true, label: 'unpaid' },
      ...period,
      { key: 'mode', type: 'choice', choices: words('fixed_at_breach', 'segmented') },
      { key: 'multiplier', type: 'percent' },
      { key: 'plus_percent', type: 'number' },
    ],
  },
  { key: 'liquidated_damages', path: 'liquidated-damages', inputs: [{ key: 'base', type: 'money', required: true, label: 'damages_base' }, { key: 'daily_percent', type: 'percent', required: true }, ...period, { key: 'loss', type: 'money' }] },
  {
    key: 'personal_injury', path: 'personal-injury', inputs: [
      { key: 'medical', type: 'money' },
      { key: 'transport', type: 'money' },
      daily('lost_work'), daily('nursing', true), daily('hospital_meal'), daily('nutrition'),
      { key: 'grade', type: 'number' },
      { key: 'death', type: 'check' },
      { key: 'age', type: 'number' },
      { key: 'annual_disposable_income', type: 'money' },
      { key: 'annual_consumption', type: 'money' },
      { key: 'average_monthly_wage', type: 'money', when: (v) => v.death === true },
      { key: 'dependents', type: 'rows', most: 20, columns: [{ key: 'age', type: 'number', required: true }, { key: 'supporters', type: 'number', required: true }] },
      { key: 'mental', type: 'money' },
    ],
  },
  {
    key: 'work_injury', path: 'work-injury', inputs: [
      { key: 'monthly_wage', type: 'money', required: true },
      { key: 'average_monthly_wage', type: 'money', required: true, label: 'regional_wage' },
      { key: 'grade', type: 'number' },
      { key: 'death', type: 'check' },
      { key: 'national_disposable_income', type: 'money', when: (v) => v.death === true },
      { key: 'spouse', type: 'check', when: (v) => v.death === true },
      { key: 'spouse_alone', type: 'check', when: (v) => v.spouse === true },
      { key: 'relatives', type: 'number', when: (v) => v.death === true },
      { key: 'orphans', type: 'number', when: (v) => v.death === true },
    ],
  },
  {
    key: 'severance', path: 'severance', inputs: [
      { key: 'monthly_wage', type: 'money', required: true },
      { key: 'from', type: 'date', required: true, label: 'employed_from' },
      { key: 'to', type: 'date', required: true, label: 'employed_to' },
      { key: 'average_monthly_wage', type: 'money', label: 'regional_wage' },
      { key: 'unlawful', type: 'check' },
      { key: 'unwritten_months', type: 'number' },
    ],
  },
  {
    key: 'deadline', path: 'deadline', inputs: [
      { key: 'period', type: 'choice', choices: (c) => [...c.periods, { key: '', name: 'own_period' }] },
      { key: 'n', type: 'number', required: true, when: (v) => !v.period },
      { key: 'unit', type: 'choice', required: true, choices: words('day', 'month', 'year'), when: (v) => !v.period },
      { key: 'event_date', type: 'date', required: true },
    ],
  },
  { key: 'days_between', path: 'days-between', inputs: period },
  { key: 'date_offset', path: 'date-offset', inputs: [{ key: 'from', type: 'date', required: true, label: 'offset_from' }, { key: 'n', type: 'number', required: true, label: 'offset_n' }, { key: 'unit', type: 'choice', required: true, choices: words('day', 'month', 'year') }] },
]
