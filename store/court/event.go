package court

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Kind says what an event is.
type Kind string

// The kinds of events. The first six are messages that a person sends; the others are acts that stand in the room.
const (
	KindText     Kind = "text"
	KindImage    Kind = "image"
	KindVoice    Kind = "voice"
	KindVideo    Kind = "video"
	KindFile     Kind = "file"
	KindLocation Kind = "location"

	KindRecall         Kind = "recall" // the author takes a message back within RecallWindowMS; the record keeps it
	KindHide           Kind = "hide"   // the judge removes a message from view; the record keeps it
	KindSpeech         Kind = "speech" // the judge restricts somebody's speech in the room, or lifts that
	KindNoticeAccepted Kind = "notice_accepted"
	KindVerified       Kind = "identity_verified"
	KindCaseChanged    Kind = "case_changed" // the court's case system changed participants or state

	KindFilingAccepted Kind = "filing_accepted" // the case began with a filing here; the event binds what was filed

	KindExhibitsSubmitted Kind = "exhibits_submitted"    // evidence handed in, with its pages and their hashes
	KindExhibitWithdrawn  Kind = "exhibit_withdrawn"     // the party no longer relies on an exhibit; the record keeps it
	KindOpinion           Kind = "opinion_given"         // a party's opinion on another's exhibit, the first or a later version
	KindExchangeOpened    Kind = "exchange_opened"       // the court ordered an exchange of evidence
	KindExchangeChanged   Kind = "exchange_changed"      // the court changed its time
	KindExchangeClosed    Kind = "exchange_closed"       // by the court, or by the server's clock
	KindDeadlineSet       Kind = "evidence_deadline_set" // the court set, moved or lifted the time for evidence
	KindOriginalChecked   Kind = "original_checked"      // the court noted how far an original was checked
	KindExhibitRuled      Kind = "exhibit_ruled"         // the court's ruling on an exhibit
	KindWatermarkSet      Kind = "watermark_set"         // evidence is shown with the reader's name over it, or no longer
	KindReviewExtended    Kind = "review_extended"       // the court's president has given more time for the review of an application for retrial

	KindAddressConfirmed  Kind = "service_address_confirmed" // where and how somebody wants to be served; the address itself is sealed
	KindDocumentServed    Kind = "document_served"           // it has arrived with the recipient
	KindDocumentOpened    Kind = "document_opened"           // the recipient has fetched it for the first time
	KindDocumentConfirmed Kind = "document_confirmed"        // the recipient has confirmed receipt
	KindDocumentDelivered Kind = "document_delivered"        // it was served in another way too, or only

	KindApplication             Kind = "application_submitted" // with the document as it was signed
	KindApplicationAnswered     Kind = "application_answered"  // the court looks at it, asks for more, or has decided
	KindApplicationSupplemented Kind = "application_supplemented"
	KindApplicationRevoked      Kind = "application_revoked" // by the applicant

	KindConsentDeclared   Kind = "consent_declared"   // which stages a party agrees to hold online
	KindStagesTransferred Kind = "stages_transferred" // the court moves stages offline, or back
	KindCopyRequested     Kind = "paper_copy_requested"
	KindCopyAnswered      Kind = "paper_copy_answered" // it lies ready, was sent, or was refused

	KindSigningOpened  Kind = "signing_opened" // the court laid a paper before those who have to sign it
	KindSigned         Kind = "signing_signed"
	KindSigningRefused Kind = "signing_refused" // somebody won't sign; that stays visible
	KindSigningEnded   Kind = "signing_ended"   // withdrawn, or closed with refusals noted

	KindHearingScheduled    Kind = "hearing_scheduled"
	KindHearingWaived       Kind = "hearing_notice_waived" // a party does without three days' notice
	KindHearingPostponed    Kind = "hearing_postponed"     // another time
	KindHearingCancelled    Kind = "hearing_cancelled"
	KindHearingOffline      Kind = "hearing_moved_offline" // it goes on at the court; what was done stands
	KindHearingOpened       Kind = "hearing_opened"        // people can come into the lobby
	KindHearingStarted      Kind = "hearing_started"
	KindHearingAdjourned    Kind = "hearing_adjourned"
	KindHearingResumed      Kind = "hearing_resumed"
	KindHearingPaused       Kind = "hearing_paused" // by the server: a judge's connection was lost
	KindHearingClosed       Kind = "hearing_closed"
	KindHearingWitness      Kind = "hearing_witness_summoned"
	KindHearingUndertaking  Kind = "hearing_undertaking" // a witness has promised to tell the truth
	KindHearingEntered      Kind = "hearing_entered"     // the lobby
	KindHearingLeft         Kind = "hearing_left"        // by its own act, or the connection was lost
	KindHearingChecked      Kind = "hearing_identity_checked"
	KindHearingAdmitted     Kind = "hearing_admitted"
	KindHearingCalled       Kind = "hearing_called" // a witness
	KindHearingDismissed    Kind = "hearing_dismissed"
	KindHearingRemoved      Kind = "hearing_removed"
	KindHearingWarned       Kind = "hearing_warned"
	KindHearingSeatSet      Kind = "hearing_seat_set" // mute, floor, hand and the like
	KindHearingPhase        Kind = "hearing_phase_set"
	KindHearingShown        Kind = "hearing_shown" // an exhibit on every screen, or none
	KindHearingConsultation Kind = "hearing_consultation"
	KindHearingStatement    Kind = "hearing_statement"          // recorded by somebody for a step of a hearing that each attends at its own time
	KindHearingRecording    Kind = "hearing_recording"          // a part of the recording began, ended or failed
	KindHearingInterrupted  Kind = "hearing_interrupted"        // nobody heard anybody for a moment: its media went to another node
	KindRecordingShared     Kind = "hearing_recording_shared"   // a judge lets somebody play it, or no longer
	KindReplaceProposed     Kind = "hearing_recording_proposed" // that it stands in place of the transcript
	KindReplaceAnswered     Kind = "hearing_recording_answered" // a party agrees to that, or doesn't

	KindTranscriptLive      Kind = "transcript_live_set"  // who is in the hearing reads what is being written, or no longer
	KindTranscriptPresented Kind = "transcript_presented" // laid before the participants, to read, correct and sign
	KindTranscriptReopened  Kind = "transcript_reopened"  // taken back, to be written on
	KindCorrectionAsked     Kind = "transcript_correction_asked"
	KindCorrectionAnswered  Kind = "transcript_correction_answered"
	KindTranscriptSigned    Kind = "transcript_signed"
	KindTranscriptRefused   Kind = "transcript_refused" // somebody won't sign; that stays visible
	KindTranscriptClosed    Kind = "transcript_closed"  // by the court, with what is missing noted

	KindFeeNotice  Kind = "fee_notice_issued"
	KindFeeChanged Kind = "fee_notice_changed" // its state; by the payer, the court, or the payment service
)

// KindActs gives, for each kind that a person can send, the act by which the table rules it. Kinds that are not in
// it come about by the server alone.
var KindActs = map[Kind]Act{
	KindText: ActMessageSend, KindImage: ActMessageSend, KindVoice: ActMessageSend, KindVideo: ActMessageSend,
	KindFile: ActMessageSend, KindLocation: ActMessageSend,
	KindRecall: ActMessageRecall, KindHide: ActMessageHide, KindSpeech: ActSpeechRule,
}

// TalkKinds are the kinds that don't belong to the course of a case: what is said, and what happens from moment to moment in a hearing.
func TalkKinds() []Kind {
	return append(slices.Sorted(maps.Keys(KindActs)), KindNoticeAccepted, KindHearingUndertaking, KindHearingEntered, KindHearingLeft, KindHearingChecked, KindHearingAdmitted, KindHearingSeatSet,
		KindHearingPhase, KindHearingShown, KindHearingConsultation, KindHearingRecording, KindHearingInterrupted, KindTranscriptLive)
}

// Evidence reports whether the files of such an event are evidence.
func (k Kind) Evidence() bool { return k == KindExhibitsSubmitted || k == KindOpinion }

// RecallWindowMS is how long after sending a message its author can recall it: two minutes, as the first-entry
// notice says.
const RecallWindowMS = 2 * 60 * 1000

// Event is one entry of a thread's record.
type Event struct {
	CaseID string          `json:"case"`
	Thread string          `json:"thread"`
	Seq    int64           `json:"seq"`
	ID     string          `json:"id"`
	At     int64           `json:"at"`
	By     string          `json:"by"` // participant id; empty for the court's system
	Kind   Kind            `json:"kind"`
	Body   json.RawMessage `json:"body"`
	// Withdrawn is "recall" or "hide" where the content has been taken from view; Body is then {}.
	Withdrawn Kind `json:"withdrawn,omitempty"`
}

// RoomThread is the thread that all participants of a case share.
const RoomThread = "room"

// ThreadKind is the first part of a thread's name.
type ThreadKind string

// The kinds of threads: `room`, `pair/A/B` with two participant ids in ascending order, `bench/P` between the
// participant P and the judges of the case, and `service/P` in which the court serves documents on P.
const (
	ThreadRoom    ThreadKind = "room"
	ThreadPair    ThreadKind = "pair"
	ThreadBench   ThreadKind = "bench"
	ThreadService ThreadKind = "service"
)

// Thread is a parsed thread name.
type Thread struct {
	Kind ThreadKind
	A, B string // participant ids: both for a pair, A alone for a bench or service thread
}

// PairThread names the private thread of two participants.
func PairThread(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return "pair/" + a + "/" + b
}

// BenchThread names the private thread between a participant and the judges.
func BenchThread(participant string) string { return "bench/" + participant }

// ServiceThread names the thread in which the court serves documents on a participant. It holds acts of service only; nobody writes messages
// there.
func ServiceThread(participant string) string { return "service/" + participant }

// ParseThread reads a thread's name; anything that is not in canonical form is not_found, as an unknown thread is.
func ParseThread(name string) (Thread, error) {
	if name == RoomThread {
		return Thread{Kind: ThreadRoom}, nil
	}
	parts := strings.Split(name, "/")
	for _, p := range parts[1:] {
		if !ValidID(p) {
			return Thread{}, ErrNotFound
		}
	}
	switch {
	case len(parts) == 3 && parts[0] == "pair" && parts[1] < parts[2]:
		return Thread{Kind: ThreadPair, A: parts[1], B: parts[2]}, nil
	case len(parts) == 2 && parts[0] == "bench":
		return Thread{Kind: ThreadBench, A: parts[1]}, nil
	case len(parts) == 2 && parts[0] == "service":
		return Thread{Kind: ThreadService, A: parts[1]}, nil
	}
	return Thread{}, ErrNotFound
}

// Reads reports whether a participant reads the thread (promise P3).
func (t Thread) Reads(s *Standing) bool {
	switch t.Kind {
	case ThreadRoom:
		return true
	case ThreadPair:
		return s.ParticipantID == t.A || s.ParticipantID == t.B
	case ThreadBench:
		return s.ParticipantID == t.A || s.Role == RoleJudge
	case ThreadService: // who is served with what is the recipient's and the court's to know
		return s.ParticipantID == t.A || s.Role.OfCourt()
	}
	return false
}

// ReadsFrom gives the time (Unix milliseconds) from which a participant reads the thread. A judge reads a bench
// thread from appointment on.
func (t Thread) ReadsFrom(s *Standing) int64 {
	if t.Kind == ThreadBench && s.ParticipantID != t.A {
		return s.JoinedAt
	}
	return 0
}

// ValidID reports whether s looks like an id of ours or a client's UUID: 1 to 64 letters, digits, '-' or '_'.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
