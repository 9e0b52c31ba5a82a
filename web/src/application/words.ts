import type { Application } from '@/api/applications'

export function toneOf(state: Application['state']): 'plain' | 'green' | 'gold' | 'red' {
  switch (state) {
    case 'granted':
    case 'partly_granted':
    case 'recorded':
      return 'green'
    case 'need_supplement':
      return 'red'
    case 'submitted':
    case 'under_review':
      return 'gold'
    default:
      return 'plain'
  }
}

/** Kinds in groups as people look for them; what is in none stands last. */
export const groups: Record<string, string[]> = {
  evidence: ['collect_evidence', 'extend_evidence_period', 'evidence_preservation', 'witness', 'expert_assistant', 'appraisal', 'reappraisal', 'appraiser_attend', 'original_check'],
  claims: ['change_claims', 'counterclaim', 'withdraw_suit', 'add_party', 'join_third_party', 'jurisdiction_objection', 'change_agent'],
  hearing: ['postpone_hearing', 'closed_hearing', 'recusal', 'offline', 'mediation', 'correct_transcript', 'view_recording'],
  preservation: ['property_preservation', 'conduct_preservation', 'lift_preservation', 'advance_enforcement', 'stop_admin_act', 'stay_execution_retrial'],
  other: ['fee_relief', 'stay', 'restore_period', 'read_file', 'change_service_address', 'other'],
}
