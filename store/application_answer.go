package store

import (
	"context"
	"encoding/json"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
)

// standingApplication is an application as an act finds it.
type standingApplication struct {
	kind     *application.Kind
	state    application.State
	byPerson string
	byCourt  bool
	party    string
}

// mayFollow refuses who may neither supplement an application nor withdraw it: all but its author, and where the court took it in, but the court and who acts for
// the party.
func (x *acting) mayFollow(ctx context.Context, p *standingApplication) error {
	if p.byPerson == x.PersonID {
		return nil
	}
	mine, err := actsFor(ctx, x, x.CaseID, x.st, []EvidenceParty{{ID: p.party}})
	if err == nil && (!p.byCourt || len(mine) == 0) {
		err = court.ErrForbidden
	}
	return err
}

// applicationRef names an application in the events that follow it.
type applicationRef struct {
	Application string `json:"application"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
}

// applicationAct commits an act on an application as one event of its thread. Whoever doesn't read that thread is answered court.ErrNotFound, as for an
// application that isn't there (promise P3).
func (s *Store) applicationAct(ctx context.Context, a RoomAct, act court.Act, kind court.Kind, id string, asked any,
	decide func(ctx context.Context, x *acting, p *standingApplication) (body any, err error)) (Appended, error) {
	return s.threadAct(ctx, a, act, kind, asked,
		func(ctx context.Context, tx *Tx, st *court.Standing) (thread string, err error) {
			var at int64
			if err := tx.row(ctx, "SELECT thread, at FROM application WHERE case_id = $1 AND id = $2", a.CaseID, id).Scan(&thread, &at); err != nil {
				return "", notFound(err)
			}
			if th, err := court.ParseThread(thread); err != nil || !th.Reads(st) || at < th.ReadsFrom(st) {
				return "", court.ErrNotFound
			}
			return thread, nil
		},
		func(ctx context.Context, x *acting) (any, error) {
			var p standingApplication
			var key string
			var byCourt int64
			err := x.row(ctx, `SELECT a.kind, a.state, e.by_person, a.by_court, a.party_id FROM application a JOIN event e ON e.case_id = a.case_id AND e.thread = a.thread AND e.seq = a.seq
				WHERE a.id = $1`, id).Scan(&key, &p.state, &p.byPerson, &byCourt, &p.party)
			if err != nil {
				return nil, notFound(err)
			}
			p.byCourt = byCourt != 0
			if p.kind, err = application.Find(key); err != nil {
				return nil, err
			}
			x.words = p.kind.Name.ZH
			return decide(ctx, x, &p)
		})
}

func (p *standingApplication) ref(id string) applicationRef {
	return applicationRef{id, p.kind.Key, p.kind.Name.ZH}
}

// ApplicationAnswer is what the court says to an application.
type ApplicationAnswer struct {
	RoomAct     `json:"-"`
	Application string `json:"application"`
	application.Answer
}

// answeredBody is what the event of an answer says.
type answeredBody struct {
	applicationRef
	application.Answer
	// Transferred is what a decision to go offline moves.
	Transferred *transferredBody `json:"transferred,omitempty"`
}

// AnswerApplication puts the court's answer into the application's thread. A decision is final here: court.ErrApplicationDecided after it.
func (s *Store) AnswerApplication(ctx context.Context, a ApplicationAnswer) (Appended, error) {
	return s.applicationAct(ctx, a.RoomAct, court.ActApplicationAnswer, court.KindApplicationAnswered, a.Application, a,
		func(ctx context.Context, x *acting, p *standingApplication) (any, error) {
			if err := p.kind.CheckAnswer(a.Answer, x.st.Role); err != nil {
				return nil, err
			}
			if _, err := p.state.AfterAnswer(a.Answer); err != nil {
				return nil, err
			}
			if a.Until != 0 && a.Until <= x.at {
				return nil, court.ErrInvalid.In("until")
			}
			said := answeredBody{p.ref(a.Application), a.Answer, nil}
			if p.kind.Transfers(a.Answer) {
				var err error
				if said.Transferred, err = x.decidedOffline(ctx, &a); err != nil {
					return nil, err
				}
				said.Stages = said.Transferred.Stages
			}
			return said, nil
		})
}

// decidedOffline gives what the decision to go offline moves: the stages that the court names or else those asked for; for all parties, or where
// that wasn't asked for or isn't granted, for the applicant's.
func (x *acting) decidedOffline(ctx context.Context, a *ApplicationAnswer) (*transferredBody, error) {
	var body string
	err := x.row(ctx, "SELECT body FROM application_step WHERE application_id = $1 AND position = 1", a.Application).Scan(&body)
	if err != nil {
		return nil, err
	}
	var asked applicationSaid
	if err := json.Unmarshal([]byte(body), &asked); err != nil {
		return nil, err
	}
	t := &transferredBody{Stages: a.Stages, Offline: true, Reason: a.Reason}
	all := asked.Offline == nil || asked.Offline.All
	if len(t.Stages) == 0 && asked.Offline != nil {
		t.Stages = asked.Offline.Stages
	}
	if len(t.Stages) == 0 { // a paper, which only people read
		return nil, court.ErrInvalid.In("stages")
	}
	var of []string
	if !all || a.State == application.State(application.Partly) {
		of = []string{asked.Party}
	}
	t.Parties, err = x.partiesNamed(ctx, of)
	return t, err
}

// ApplicationSupplement is what the applicant sends after it.
type ApplicationSupplement struct {
	RoomAct     `json:"-"`
	Application string            `json:"application"`
	Note        string            `json:"note,omitempty"`
	Pages       []court.PageInput `json:"pages,omitempty"`
}

// SupplementApplication adds what was lacking; the court looks at it anew. The author can, and who mayFollow.
func (s *Store) SupplementApplication(ctx context.Context, a ApplicationSupplement) (Appended, error) {
	if err := court.CheckText(a.Note, application.MaxFieldRunes, "note"); err != nil {
		return Appended{}, err
	}
	if strings.TrimSpace(a.Note) == "" && len(a.Pages) == 0 {
		return Appended{}, court.ErrInvalid.In("note")
	}
	if len(a.Pages) > application.MaxFiles {
		return Appended{}, court.ErrTooLarge.In("pages")
	}
	return s.applicationAct(ctx, a.RoomAct, court.ActApplicationSupply, court.KindApplicationSupplemented, a.Application, a,
		func(ctx context.Context, x *acting, p *standingApplication) (any, error) {
			_, err := p.state.AfterSupplement()
			if err = orElse(x.mayFollow(ctx, p), err); err != nil {
				return nil, err
			}
			wanted := map[string]wantedPage{}
			for i, page := range a.Pages {
				if _, twice := wanted[page.Attachment]; twice || !court.ValidID(page.Attachment) {
					return nil, court.ErrInvalid.In(court.PageField("pages", i) + ".attachment")
				}
				wanted[page.Attachment] = wantedPage{page, court.PageField("pages", i)}
			}
			taken, err := x.takeFiles(ctx, wanted)
			if err != nil {
				return nil, err
			}
			body := struct {
				applicationRef
				Note  string        `json:"note,omitempty"`
				Pages []ExhibitPage `json:"pages,omitempty"`
			}{p.ref(a.Application), a.Note, nil}
			for _, page := range a.Pages {
				body.Pages = append(body.Pages, taken[page.Attachment])
			}
			return body, nil
		})
}

// RevokeApplication withdraws an application that is not decided. Its author can, and who mayFollow; the record keeps it.
func (s *Store) RevokeApplication(ctx context.Context, a RoomAct, id, reason string) (Appended, error) {
	if err := court.CheckReason(reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	asked := struct {
		Application string `json:"application"`
		Reason      string `json:"reason,omitempty"`
	}{id, reason}
	return s.applicationAct(ctx, a, court.ActApplicationRevoke, court.KindApplicationRevoked, id, asked,
		func(ctx context.Context, x *acting, p *standingApplication) (any, error) {
			_, err := p.state.AfterRevocation()
			err = orElse(x.mayFollow(ctx, p), err)
			return struct {
				applicationRef
				Reason string `json:"reason,omitempty"`
			}{p.ref(id), reason}, err
		})
}
