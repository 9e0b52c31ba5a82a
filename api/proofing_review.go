package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// proofingReviewRoutes are the desk at which people of the court look at proofs of identity. Every look is audited.
func (a *API) proofingReviewRoutes() {
	const all, one = "/api/v1/proofings", "/api/v1/proofings/{proofing}"
	route(a, court.ActProofingReview, huma.Operation{Method: http.MethodGet, Path: all, OperationID: "list-proofings",
		Summary: "Those that wait, the longest first"}, a.listProofings)
	route(a, court.ActProofingReview, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "review-proofing",
		Summary: "One, with all that was handed in"}, a.reviewProofing)
	route(a, court.ActProofingReview, huma.Operation{Method: http.MethodGet, Path: one + "/files/{file}", OperationID: "read-proofing-file",
		Summary: "A picture, or the video"}, a.readProofingFile)
	route(a, court.ActProofingReview, huma.Operation{Method: http.MethodGet, Path: one + "/captures/{file}", OperationID: "read-proofing-capture",
		Summary: "The frames of a capture, with what the program thinks of them"}, a.readProofingCapture)
	route(a, court.ActProofingReview, huma.Operation{Method: http.MethodPost, Path: one + "/decisions", OperationID: "decide-proofing",
		Summary: "Approve or refuse; second_look: somebody else has to approve too"}, a.decideProofing)
}

// theftRoutes are the desk's view of accounts that somebody who can't sign in says are stolen.
func (a *API) theftRoutes() {
	route(a, court.ActTheftReview, huma.Operation{Method: http.MethodGet, Path: "/api/v1/theft-reports", OperationID: "list-theft-reports",
		Summary: "Those that wait, the oldest first"}, a.listThefts)
	route(a, court.ActTheftReview, huma.Operation{Method: http.MethodPost, Path: "/api/v1/theft-reports/{report}/answer", OperationID: "answer-theft-report",
		Summary: "End the sessions of the account, or leave it as it is; the report goes", DefaultStatus: http.StatusNoContent}, a.answerTheft)
}

type theftReports struct {
	Reports []store.ToldTheft `json:"reports" nullable:"false"`
}

func (a *API) listThefts(ctx context.Context, _ *struct{}) (*body[theftReports], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListThefts{})
	return answer(theftReports{list}, err)
}

type answerTheftIn struct {
	Report string `path:"report" maxLength:"64"`
	Body   struct {
		Lock bool   `json:"lock" doc:"end all sessions of the account and tell the judges of its open cases"`
		Note string `json:"note,omitempty" maxLength:"2000" doc:"at most 500 characters, for the audit; needed where lock is false"`
	}
}

func (a *API) answerTheft(ctx context.Context, in *answerTheftIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerTheft{ID: in.Report, Lock: in.Body.Lock, Note: in.Body.Note}))
}

type listProofingsIn struct {
	Cursor string `query:"cursor" maxLength:"1000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type proofingQueue struct {
	Rows  []store.QueuedProofing `json:"rows" nullable:"false"`
	Next  string                 `json:"next" doc:"cursor of the next page, empty at the end"`
	Total int                    `json:"total"`
}

func (a *API) listProofings(ctx context.Context, in *listProofingsIn) (*body[proofingQueue], error) {
	place, err := readPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	q, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListProofings{Cursor: place, Limit: in.Limit})
	return answer(proofingQueue{append([]store.QueuedProofing{}, q.Rows...), writePlace(q.Next), q.Total}, err)
}

// ProofingIn names a proofing.
type ProofingIn struct {
	Proofing string `path:"proofing" maxLength:"64"`
}

type proofingReview struct {
	ID          string               `json:"id"`
	State       proofing.State       `json:"state" enum:"review,approved,refused,withdrawn"`
	Reason      proofing.Reason      `json:"reason"`
	Document    *proofing.Document   `json:"document" doc:"in clear; null once it was removed"`
	Minor       bool                 `json:"minor"`
	PhoneAt     int64                `json:"phone_at"`
	Rules       *proofing.Agreed     `json:"rules"`
	FaceConsent *proofing.Agreed     `json:"face_consent"`
	Notice      *proofing.Agreed     `json:"notice"`
	Captures    []proofing.Capture   `json:"captures" nullable:"false"`
	Authority   *proofing.Answer     `json:"authority"`
	Comparison  *proofing.Answer     `json:"comparison"`
	Files       []store.ProofingFile `json:"files" nullable:"false"`
	Known       *store.KnownPerson   `json:"known" doc:"who is known by this document already; approving makes the account theirs"`
	Verified    bool                 `json:"verified_before" doc:"the person was verified before and changes name or document"`
	TwoNeeded   bool                 `json:"two_needed"`
	Looks       []store.ProofingLook `json:"looks" nullable:"false"`
	SubmittedAt int64                `json:"submitted_at"`
	DecidedAt   int64                `json:"decided_at"`
	Decision    string               `json:"decision"`
}

func (a *API) reviewProofing(ctx context.Context, in *ProofingIn) (*body[*proofingReview], error) {
	p, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReviewProofing{ID: in.Proofing})
	if err != nil {
		return nil, err
	}
	f := &p.Facts
	return &body[*proofingReview]{&proofingReview{ID: p.ID, State: p.State, Reason: p.Reason, Document: f.Document, Minor: p.Minor, PhoneAt: f.PhoneAt, Rules: f.Rules, FaceConsent: f.FaceConsent, Notice: f.Notice,
		Captures: append([]proofing.Capture{}, f.Captures...), Authority: f.Authority, Comparison: f.Comparison, Files: append([]store.ProofingFile{}, p.AllFiles...), Known: p.Known, Verified: f.Taken && (p.Known == nil || p.Known.Self), TwoNeeded: p.TwoNeeded, Looks: append([]store.ProofingLook{}, p.Looks...),
		SubmittedAt: p.SubmittedAt, DecidedAt: p.DecidedAt, Decision: p.Decision}}, nil
}

// ProofingFileIn names a file of a proofing.
type ProofingFileIn struct {
	ProofingIn
	File string `path:"file" maxLength:"64"`
}

type proofingFileOut struct {
	Type         string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Policy       string `header:"Content-Security-Policy"`
	Body         []byte
}

func (a *API) readProofingFile(ctx context.Context, in *ProofingFileIn) (*proofingFileOut, error) {
	c, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadProofingFile{ID: in.Proofing, File: in.File})
	if err != nil {
		return nil, err
	}
	return &proofingFileOut{Type: c.Type, CacheControl: "private, no-store", Policy: filePolicy, Body: c.Data}, nil
}

func (a *API) readProofingCapture(ctx context.Context, in *ProofingFileIn) (*body[*hub.CaptureView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCapture{ID: in.Proofing, File: in.File}))
}

type decideProofingIn struct {
	ProofingIn
	Body struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"at most 500 characters, told to the person; a refusal needs one"`
	}
}

type proofingDecided struct {
	State proofing.State `json:"state" enum:"review,approved,refused" doc:"review: another member of staff has to approve too"`
}

func (a *API) decideProofing(ctx context.Context, in *decideProofingIn) (*body[proofingDecided], error) {
	state, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.DecideProofing{ID: in.Proofing, Approve: in.Body.Approve, Reason: in.Body.Reason})
	return answer(proofingDecided{state}, err)
}
