package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// NewOpinion is a party's opinion on another's exhibit.
type NewOpinion struct {
	RoomAct            `json:"-"`
	Exhibit            string `json:"exhibit"`
	For                string `json:"for,omitempty"` // the party; "" where the author acts for one only
	court.OpinionInput        // what is said
}

// opinionBody is what the event of an opinion says.
type opinionBody struct {
	exhibitRef
	For          string        `json:"for"`
	Version      int64         `json:"version"`
	ByCourt      bool          `json:"by_court,omitempty"`
	Objection    bool          `json:"objection"`
	Authenticity court.Aspect  `json:"authenticity"`
	Legality     court.Aspect  `json:"legality"`
	Relevance    court.Aspect  `json:"relevance"`
	Text         string        `json:"text,omitempty"`
	Images       []ExhibitPage `json:"images,omitempty"`
}

// GiveOpinion puts a party's opinion on another's exhibit into the room. A later one stands in place of the earlier, which the record
// keeps. Errors: those of court.CheckOpinionTime and court.OpinionInput.Check, court.ErrExhibitWithdrawn, court.ErrForbidden on
// the party's own exhibit.
func (s *Store) GiveOpinion(ctx context.Context, n NewOpinion) (Appended, error) {
	if err := n.Check(); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, court.ActOpinionGive, court.KindOpinion, n, func(ctx context.Context, x *acting) (any, error) {
		return x.giveOpinion(ctx, &n)
	})
}

func (x *acting) giveOpinion(ctx context.Context, n *NewOpinion) (*opinionBody, error) {
	if err := x.reverified(ctx); err != nil {
		return nil, err
	}
	e, err := x.exhibit(ctx, n.Exhibit)
	if err != nil {
		return nil, err
	}
	party, _, err := x.party(ctx, n.For)
	if err != nil {
		return nil, err
	}
	if party.ID == e.Party {
		return nil, court.ErrForbidden
	}
	exchanges, err := exchangesOf(ctx, x, x.CaseID)
	if err != nil {
		return nil, err
	}
	if err := court.CheckOpinionTime(exchanges, e.Exhibit, e.submittedAt, x.at); err != nil {
		return nil, err
	}
	if err := x.online(ctx, party.ID, consent.ExchangeStage(court.ExchangeOf(exchanges, e.Exhibit, e.submittedAt))); err != nil {
		return nil, err
	}
	b := &opinionBody{exhibitRef: e.exhibitRef, For: party.ID, ByCourt: x.st.Role.OfCourt(), Objection: n.Objects(),
		Authenticity: n.Authenticity, Legality: n.Legality, Relevance: n.Relevance, Text: n.Text}
	if b.Images, err = x.takeImages(ctx, n.Images); err != nil {
		return nil, err
	}
	err = x.row(ctx, "SELECT COALESCE(MAX(version), 0) + 1 FROM opinion WHERE exhibit_id = $1 AND party_id = $2", e.Exhibit, party.ID).Scan(&b.Version)
	if err != nil {
		return nil, err
	}
	if b.Version > court.MaxOpinionVersions {
		return nil, court.ErrTooMany
	}
	x.words = strings.Join([]string{e.Label, e.Name, n.Words()}, "\n")
	return b, nil
}

// takeImages takes the images of an opinion, each the author's own finished upload.
func (x *acting) takeImages(ctx context.Context, images []court.PageInput) ([]ExhibitPage, error) {
	wanted := map[string]wantedPage{}
	for i, p := range images {
		wanted[p.Attachment] = wantedPage{p, court.PageField("images", i)}
	}
	taken, err := x.takeFiles(ctx, wanted)
	if err != nil {
		return nil, err
	}
	var pages []ExhibitPage
	for _, p := range images {
		page := taken[p.Attachment]
		if page.Media != court.PageImage {
			return nil, court.ErrFileType.In(wanted[p.Attachment].field + ".attachment")
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// Opinion is a version of a party's opinion on an exhibit.
type Opinion struct {
	Party        string        `json:"party"`
	Version      int64         `json:"version" doc:"1, 2 ...; the highest stands"`
	By           string        `json:"by" doc:"participant id of who gave it"`
	ByCourt      bool          `json:"by_court,omitempty" doc:"the court took it down for a person who couldn't"`
	At           int64         `json:"at"`
	Seq          int64         `json:"seq" doc:"of its event in the room"`
	Objection    bool          `json:"objection" doc:"false: 无异议"`
	Authenticity court.Aspect  `json:"authenticity"`
	Legality     court.Aspect  `json:"legality"`
	Relevance    court.Aspect  `json:"relevance"`
	Text         string        `json:"text,omitempty"`
	Images       []ExhibitPage `json:"images" nullable:"false"`
}

// opinionsOn gives all versions of all opinions on an exhibit, party by party, the newest first.
func (s *Store) opinionsOn(ctx context.Context, exhibitID string) ([]Opinion, error) {
	rows, err := s.query(ctx, "SELECT party_id, version, by_id, by_court, at, seq, body FROM opinion WHERE exhibit_id = $1 ORDER BY party_id, version DESC", exhibitID)
	return collect(rows, err, func(r *sql.Rows) (Opinion, error) {
		var o Opinion
		var byCourt int64
		var body string
		if err := r.Scan(&o.Party, &o.Version, &o.By, &byCourt, &o.At, &o.Seq, &body); err != nil {
			return o, err
		}
		var b opinionBody
		err := json.Unmarshal([]byte(body), &b)
		o.ByCourt, o.Objection, o.Text, o.Images = byCourt != 0, b.Objection, b.Text, b.Images
		o.Authenticity, o.Legality, o.Relevance = b.Authenticity, b.Legality, b.Relevance
		if o.Images == nil {
			o.Images = []ExhibitPage{}
		}
		return o, err
	})
}

// OpinionState is where a party stands on an exhibit: a cell of the table exhibits x parties.
type OpinionState struct {
	Party   string `json:"party"`
	State   string `json:"state" enum:"missing,none,objection" doc:"none: 无异议"`
	Version int64  `json:"version,omitempty"`
	At      int64  `json:"at,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
}

// States of an opinion.
const (
	OpinionMissing   = "missing"
	OpinionNone      = "none"
	OpinionObjection = "objection"
)

// addOpinionStates puts into each exhibit where the other parties stand on it: those of the case, and those that have left it but
// said something.
func addOpinionStates(ctx context.Context, q queryer, caseID string, parties []EvidenceParty, list []Exhibit) error {
	rows, err := q.query(ctx, `SELECT o.exhibit_id, o.party_id, o.version, o.objection, o.at, o.seq FROM exhibit e JOIN opinion o ON o.exhibit_id = e.id
		WHERE e.case_id = $1 ORDER BY o.exhibit_id, o.party_id, o.version`, caseID)
	if err != nil {
		return err
	}
	defer rows.Close()
	given := map[[2]string]OpinionState{} // the last version stands
	for rows.Next() {
		var exhibit string
		var o OpinionState
		var objection int64
		if err := rows.Scan(&exhibit, &o.Party, &o.Version, &objection, &o.At, &o.Seq); err != nil {
			return err
		}
		if o.State = OpinionNone; objection != 0 {
			o.State = OpinionObjection
		}
		given[[2]string{exhibit, o.Party}] = o
	}
	for i := range list {
		e := &list[i]
		e.Opinions = []OpinionState{}
		for _, p := range parties {
			o, said := given[[2]string{e.ID, p.ID}]
			if !said {
				o = OpinionState{Party: p.ID, State: OpinionMissing}
			}
			if p.ID != e.Party && (said || !p.Removed) {
				e.Opinions = append(e.Opinions, o)
			}
		}
	}
	return rows.Err()
}

// crossExamined reports whether the others have answered to an exhibit, or had their time for it.
func (x *acting) crossExamined(ctx context.Context, e *standingExhibit) (bool, error) {
	exchanges, err := exchangesOf(ctx, x, x.CaseID)
	if err != nil {
		return false, err
	}
	if ended := court.ExchangeOf(exchanges, e.Exhibit, e.submittedAt); ended != nil && ended.Ended(x.at) {
		return true, nil
	}
	parties, err := evidenceParties(ctx, x, x.CaseID)
	if err != nil {
		return false, err
	}
	one := []Exhibit{{ID: e.Exhibit, Party: e.Party}}
	err = addOpinionStates(ctx, x, x.CaseID, parties, one)
	missing := func(o OpinionState) bool { return o.State == OpinionMissing }
	return err == nil && !slices.ContainsFunc(one[0].Opinions, missing), err
}
