import { inject, type InjectionKey } from 'vue'
import type { FilingForms, FilingKind } from '@/api/filings'
import type { FilingInWork } from './useFiling'

/** What the fields of a form share. */
export interface FilingForm {
  f: FilingInWork
  kind: FilingKind
  forms: FilingForms
  /** What is wrong at a path, once the person has tried to go on; '' where nothing is. */
  error: (path: string) => string
  /** What should be thought of there, and stops nobody. */
  warning: (path: string) => string
  /** Whether the court wants something corrected there. */
  asked: (path: string) => boolean
}

export const FILING_FORM: InjectionKey<FilingForm> = Symbol('filing form')

export function useForm(): FilingForm {
  const form = inject(FILING_FORM)
  if (!form) throw new Error('a field stands outside of its form')
  return form
}
