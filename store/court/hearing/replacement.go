package hearing

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"microcourt/store/court"
)

// Replacement is that the recording is to stand in place of the transcript: the court proposes it, each party agrees or doesn't, once
// (庭审录音录像规定 第八条; 人民法院在线调解规则 第二十二条).
type Replacement struct {
	ProposedAt int64               `json:"proposed_at"`
	By         string              `json:"by" doc:"participant id of who proposed it"`
	Answers    []ReplacementAnswer `json:"answers" nullable:"false"`
	Stands     bool                `json:"stands,omitempty" doc:"the hearing was closed with the agreement of every party, and its recording is whole: there is no transcript"`
	Withdrawn  string              `json:"withdrawn,omitempty" doc:"why the court took the proposal back: there is a transcript"`
}

// ReplacementAnswer is a party's.
type ReplacementAnswer struct {
	Party  string `json:"party"`
	Agrees bool   `json:"agrees"`
	At     int64  `json:"at"`
	By     string `json:"by" doc:"participant id of the party, or of who represents it"`
}

// Replaced reports whether the recording stands in place of the transcript.
func (s *State) Replaced() bool { return s.Replacement != nil && s.Replacement.Stands }

// Replaceable rules where a recording may stand in place of the transcript: in mediation, and in the hearings of a civil case in the simple procedure, of which small claims
// are a kind; court.ErrReplaceRule elsewhere. A hearing that each attends at a time of its own has no recording. procedure is how the court's case system calls that of the case.
func (s *State) Replaceable(procedure, docketNumber string) error {
	d, parsed := court.ParseDocketNumber(docketNumber)
	civil := !strings.Contains(procedure, "行政") && !strings.Contains(procedure, "刑") && (!parsed || strings.HasPrefix(d.TypeCode, "民"))
	simple := civil && (strings.Contains(procedure, "简易") || strings.Contains(procedure, "小额"))
	switch {
	case s.Mode != Synchronous:
		return court.ErrHearingMode
	case s.Type != Mediation && !simple:
		return court.ErrReplaceRule
	case s.Status.Over():
		return court.ErrHearingOver
	case s.Replacement != nil:
		return court.ErrHearingState
	}
	return nil
}

// CanWithdraw rules that the court takes the proposal back: as long as it is open or the recording stands, which may turn out not to be whole.
func (s *State) CanWithdraw() error {
	switch {
	case s.Replacement == nil || s.Replacement.Withdrawn != "":
		return court.ErrHearingState
	case s.Status.Over() && !s.Replaced():
		return court.ErrHearingOver
	}
	return nil
}

// Asks reports whether a party is asked to agree: it was proposed and not taken back, nobody has declined, and the party hasn't answered.
func (s *State) Asks(party string) bool {
	r := s.Replacement
	return r != nil && r.Withdrawn == "" && !s.Status.Over() && !slices.ContainsFunc(r.Answers, func(a ReplacementAnswer) bool { return !a.Agrees || a.Party == party })
}

// replaces reports whether each of the parties has agreed and all was recorded from the start until at that the law lets nobody leave out.
func (s *State) replaces(parties []string, at int64) bool {
	_, gaps := s.Timeline(nil, at)
	if s.Replacement == nil || s.Replacement.Withdrawn != "" || len(parties) == 0 || len(s.Recording) == 0 ||
		slices.ContainsFunc(s.Recording, func(r Recording) bool { return r.Failed }) || slices.ContainsFunc(gaps, func(g Gap) bool { return g.Failed }) {
		return false
	}
	return !slices.ContainsFunc(parties, func(p string) bool {
		return !slices.ContainsFunc(s.Replacement.Answers, func(a ReplacementAnswer) bool { return a.Party == p && a.Agrees })
	})
}

// Close is what the step says that closes the hearing of these parties at a time.
func (s *State) Close(reason string, parties []string, at int64) StepBody {
	return StepBody{Hearing: s.ID, Reason: reason, Replaced: s.replaces(parties, at)}
}

// Kept rules that the files of a recording are all in the record: court.ErrRecordingUnfinished.
func (s *State) Kept(files int) error {
	if files == 0 || slices.ContainsFunc(s.Recording, func(r Recording) bool { return r.EndedAt == 0 }) {
		return court.ErrRecordingUnfinished
	}
	return nil
}

// Integrity is the value that stands for all files of a recording (完整性校验值): the SHA-256, in hex, of their hashes in ascending order, with a line feed after each.
func Integrity(hashes []string) string {
	h := sha256.New()
	for _, sum := range slices.Sorted(slices.Values(hashes)) {
		io.WriteString(h, sum+"\n") // to a hash can't fail
	}
	return hex.EncodeToString(h.Sum(nil))
}
