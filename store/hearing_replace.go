package store

import (
	"context"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// ReplacementProposal is the court's, that a hearing's recording stands in place of its transcript, or that it is taken back.
type ReplacementProposal struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	On      bool   `json:"on"`
	Reason  string `json:"reason,omitempty"`
}

// ProposeReplacement puts it into the room. A reason is needed to take it back. Errors: those of hearing.State.Replaceable and CanWithdraw; court.ErrTranscriptFixed and
// court.ErrTranscriptEnded where the transcript, or the list of the recording's files, lies before the participants already.
func (s *Store) ProposeReplacement(ctx context.Context, n ReplacementProposal) (Appended, error) {
	if err := court.CheckReason(n.Reason, !n.On, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, court.ActRecordingPropose, court.KindReplaceProposed, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err != nil {
			return nil, err
		}
		t, err := transcriptOf(ctx, x, x.CaseID, st.ID)
		if err == nil {
			err = t.CanWrite()
		}
		b := hearing.ReplaceBody{Hearing: st.ID, Title: st.Title, On: n.On, Reason: n.Reason}
		x.words = "录音录像代替笔录\n" + st.Title
		switch {
		case err != nil:
			return nil, err
		case !n.On:
			return b, st.CanWithdraw()
		}
		if err := replaceable(ctx, x, x.CaseID, st); err != nil {
			return nil, err
		}
		b.Parties, err = x.partiesNamed(ctx, nil)
		return b, err
	})
}

// replaceable rules whether that can be proposed of a hearing.
func replaceable(ctx context.Context, q queryer, caseID string, h *hearing.State) error {
	var procedure, docket string
	if err := q.row(ctx, "SELECT procedure, docket_number FROM court_case WHERE id = $1", caseID).Scan(&procedure, &docket); err != nil {
		return err
	}
	return h.Replaceable(procedure, docket)
}

// ReplacementAnswer is a party's word on that.
type ReplacementAnswer struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	For     string `json:"for,omitempty"` // the party; "" where the author acts for one only
	Agrees  bool   `json:"agrees"`
}

// AnswerReplacement puts it into the room. Each party answers once; after somebody has declined there is nothing to agree to: court.ErrHearingState.
func (s *Store) AnswerReplacement(ctx context.Context, n ReplacementAnswer) (Appended, error) {
	return s.roomAct(ctx, n.RoomAct, court.ActRecordingAgree, court.KindReplaceAnswered, n, func(ctx context.Context, x *acting) (any, error) {
		st, party, err := x.answering(ctx, n.Hearing, n.For)
		switch {
		case err != nil:
			return nil, err
		case !st.Asks(party):
			return nil, court.ErrHearingState
		}
		return hearing.ReplaceAnswerBody{Hearing: st.ID, Title: st.Title, Party: party, Agrees: n.Agrees}, nil
	})
}

// closing is what the step says that closes a hearing: whether its recording stands in place of the transcript, as all parties of the case have agreed by now.
func (x *acting) closing(ctx context.Context, st *hearing.State, reason string) (any, error) {
	if st.Replacement == nil {
		return st.Close(reason, nil, x.at), nil
	}
	t, err := transcriptOf(ctx, x, x.CaseID, st.ID)
	if err != nil || t.CanWrite() != nil { // a transcript lies before the participants
		return st.Close(reason, nil, x.at), err
	}
	parties, err := x.partiesNamed(ctx, nil)
	return st.Close(reason, parties, x.at), err
}

// ReplacementAsked is how far the question is whether a recording stands in place of the transcript.
type ReplacementAsked struct {
	Propose bool     `json:"propose,omitempty" doc:"I can propose it, for the court"`
	Waiting []string `json:"waiting" nullable:"false" doc:"parties that are asked and haven't answered; none when one has declined"`
	Answer  []string `json:"answer" nullable:"false" doc:"those of them that I answer for"`
}

// ReplacementAsked gives that to somebody.
func (s *Store) ReplacementAsked(ctx context.Context, caseID string, h *hearing.State, st *court.Standing) (a ReplacementAsked, err error) {
	a.Waiting, a.Answer = []string{}, []string{}
	if h.Replacement == nil {
		a.Propose = st.Role.OfCourt() && replaceable(ctx, s, caseID, h) == nil
		return a, nil
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return a, err
	}
	mine, err := actsFor(ctx, s, caseID, st, parties)
	for _, p := range parties {
		if p.Removed || !h.Asks(p.ID) {
			continue
		}
		a.Waiting = append(a.Waiting, p.ID)
		if !st.Role.OfCourt() && slices.Contains(mine, p.ID) {
			a.Answer = append(a.Answer, p.ID)
		}
	}
	return a, err
}
