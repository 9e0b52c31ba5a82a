package store

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// HearingStatement is a recording of somebody's for a step of a hearing that each attends at its own time (人民法院在线诉讼规则 第二十条). The upload is the author's own, a video.
type HearingStatement struct {
	HearingEntry
	Phase      hearing.Phase `json:"phase"`
	Attachment string        `json:"attachment"`
	SHA256     string        `json:"sha256"` // as computed on the phone; "" where it wasn't
}

// statementBody is what its event says.
type statementBody struct {
	Hearing string        `json:"hearing"`
	Seat    string        `json:"seat"`
	Phase   hearing.Phase `json:"phase"`
	Page    ExhibitPage   `json:"page"`
}

// GiveStatement puts it into the room. What entering a hearing needs is needed here too. Errors: court.ErrInvalid for a step that is not the author's to speak in, court.ErrHearingState for a hearing that all attend at one time, court.ErrHearingPeriod.
func (s *Store) GiveStatement(ctx context.Context, n HearingStatement) (Appended, error) {
	if _, known := hearing.PhaseNames[n.Phase]; !known {
		return Appended{}, court.ErrInvalid.In("phase")
	}
	return s.roomAct(ctx, n.RoomAct, court.ActHearingAttend, court.KindHearingStatement, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err != nil {
			return nil, err
		}
		lacks, _, err := entryLacks(ctx, x, EntryQuestion{CaseID: x.CaseID, PersonID: x.PersonID, SessionID: x.SessionID, Standing: x.st, Hearing: st, Entry: n.HearingEntry, Statement: true}, x.at)
		switch {
		case err != nil:
			return nil, err
		case len(lacks) > 0:
			return nil, lacks[0]
		case st.Mode != hearing.Asynchronous:
			return nil, court.ErrHearingState
		case !st.Takes(x.at):
			return nil, court.ErrHearingPeriod
		case n.Phase.ByCourt() && !x.st.Role.OfCourt():
			return nil, court.ErrInvalid.In("phase")
		case len(st.Statements) >= hearing.MaxStatements:
			return nil, court.ErrTooLarge
		}
		taken, err := x.takeFiles(ctx, map[string]wantedPage{n.Attachment: {court.PageInput{Attachment: n.Attachment, SHA256: n.SHA256}, "statement"}})
		if err != nil {
			return nil, err
		}
		page := taken[n.Attachment]
		if page.Media != court.PageVideo {
			return nil, court.ErrFileType.In("statement.attachment")
		}
		return statementBody{st.ID, x.st.ParticipantID, n.Phase, page}, nil
	})
}
