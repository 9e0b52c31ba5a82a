package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/filing"
)

// filingRoutes are filings (立案): what the court takes, what I fill in and hand in, and the court's desk.
func (a *API) filingRoutes() {
	const mine, desk = "/api/v1/me/filing-drafts", "/api/v1/filing-desk"
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/filing-kinds", OperationID: "list-filing-kinds",
		Summary: "Kinds of filings that this court takes, with their forms"}, a.listFilingKinds)
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/filing-kinds/{kind}/causes", OperationID: "search-causes",
		Summary: "Causes of action, by words, everyday names or the initials of the pinyin"}, a.searchCauses)
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/filing-kinds/{kind}/grounds", OperationID: "search-grounds",
		Summary: "Grounds for retrial, by words"}, a.searchGrounds)

	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "list-filing-drafts", Summary: "What I am filling in"}, a.listFilingDrafts)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodGet, Path: mine + "/{filing}", OperationID: "read-filing-draft",
		Summary: "A filing that I am filling in, with everything that is still wrong"}, a.readFilingDraft)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodPut, Path: mine + "/{filing}", OperationID: "save-filing-draft",
		Summary: "Keep a filing at a step; under the id of one that the court wants corrected it is the correction", MaxBodyBytes: 600 << 10}, a.saveFilingDraft)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodDelete, Path: mine + "/{filing}", OperationID: "remove-filing-draft",
		Summary: "Forget a filing that I was filling in", DefaultStatus: http.StatusNoContent}, a.removeFilingDraft)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodGet, Path: mine + "/{filing}/document", OperationID: "preview-filing",
		Summary: "The whole filing as a document (PDF)", Responses: pdfResponse("The filing")}, a.previewFiling)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodPost, Path: mine + "/{filing}/submit", OperationID: "submit-filing",
		Summary: "Hand it in: signed as the document that was shown"}, a.submitFiling)

	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodGet, Path: "/api/v1/me/filings", OperationID: "list-filings", Summary: "What I have handed in, with its state"}, a.listFilings)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodGet, Path: "/api/v1/me/filings/{filing}", OperationID: "read-filing",
		Summary: "A filing of mine, with what the court said"}, a.readFiling)
	route(a, court.ActFilingWrite, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/filings/{filing}/withdraw", OperationID: "withdraw-filing",
		Summary: "Take a filing back before the court has decided"}, a.withdrawFiling)

	route(a, court.ActFilingDesk, huma.Operation{Method: http.MethodGet, Path: desk, OperationID: "list-filing-desk", Summary: "Filings for the court, what has waited longest first"}, a.listFilingDesk)
	route(a, court.ActFilingDesk, huma.Operation{Method: http.MethodGet, Path: desk + "/{filing}", OperationID: "read-desk-filing",
		Summary: "A filing for the court, with those that are alike; that it was read is audited"}, a.readDeskFiling)
	route(a, court.ActFilingDesk, huma.Operation{Method: http.MethodGet, Path: "/api/v1/filing-panel", OperationID: "list-filing-panel", Summary: "Judges and clerks who can be put on the panel of a case"}, a.listPanel)
	route(a, court.ActFilingRule, huma.Operation{Method: http.MethodPost, Path: desk + "/{filing}/answer", OperationID: "answer-filing",
		Summary: "Accept it, say what is to be corrected, refuse it, or refer it to another court"}, a.answerFiling)
}

func (a *API) listFilingKinds(ctx context.Context, _ *struct{}) (*body[hub.FilingForms], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListFilingKinds{}))
}

// FilingKindIn names a kind and says what is searched for.
type FilingKindIn struct {
	Kind  string `path:"kind" maxLength:"64"`
	Query string `query:"q" maxLength:"50"`
}

type searchCausesIn struct {
	FilingKindIn
	On string `query:"on" maxLength:"10" doc:"2026-01-20: the regulation in force on that day; today where left out"`
}

type causes struct {
	Causes []cause.Cause `json:"causes" nullable:"false"`
}

func (a *API) searchCauses(ctx context.Context, in *searchCausesIn) (*body[causes], error) {
	var on calendar.Day
	if in.On != "" {
		var err error
		if on, err = calendar.ParseDay(in.On); err != nil {
			return answer(causes{}, court.ErrInvalid.In("on"))
		}
	}
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SearchCauses{Kind: in.Kind, Query: in.Query, On: on})
	return answer(causes{list}, err)
}

type grounds struct {
	Grounds []filing.Ground `json:"grounds" nullable:"false"`
}

func (a *API) searchGrounds(ctx context.Context, in *FilingKindIn) (*body[grounds], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SearchGrounds{Kind: in.Kind, Query: in.Query})
	return answer(grounds{list}, err)
}

type filingDrafts struct {
	Drafts []store.FilingDraft `json:"drafts" nullable:"false"`
}

func (a *API) listFilingDrafts(ctx context.Context, _ *struct{}) (*body[filingDrafts], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListFilingDrafts{})
	return answer(filingDrafts{list}, err)
}

// FilingIn names a filing.
type FilingIn struct {
	Filing string `path:"filing" maxLength:"64"`
}

func (a *API) readFilingDraft(ctx context.Context, in *FilingIn) (*body[*hub.OpenedFiling], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadFilingDraft{ID: in.Filing}))
}

type saveFilingDraftIn struct {
	FilingIn
	Body struct {
		Revision int64         `json:"revision" minimum:"0" doc:"the one that was seen; 0 for a new one"`
		Kind     string        `json:"kind" maxLength:"64"`
		Step     string        `json:"step" maxLength:"64" doc:"where I am"`
		Values   filing.Values `json:"values" doc:"by the keys of the form's fields, in the JSON of their types"`
		Aside    filing.Values `json:"aside,omitempty" doc:"what an older form asked for, as it was read"`
	}
}

func (a *API) saveFilingDraft(ctx context.Context, in *saveFilingDraftIn) (*body[*hub.OpenedFiling], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SaveFilingDraft{ID: in.Filing, Revision: b.Revision, Kind: b.Kind, Step: b.Step, Values: b.Values, Aside: b.Aside}))
}

func (a *API) removeFilingDraft(ctx context.Context, in *FilingIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveFilingDraft{ID: in.Filing}))
}

type previewFilingIn struct {
	FilingIn
	Signed bool `query:"signed" doc:"with my signature on file in its place, as it is to be handed in"`
}

func (a *API) previewFiling(ctx context.Context, in *previewFilingIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PreviewFiling{ID: in.Filing, Signed: in.Signed}))
}

type submitFilingIn struct {
	FilingIn
	Body struct {
		Revision int64  `json:"revision" minimum:"1"`
		SHA256   string `json:"sha256" maxLength:"64" doc:"of the signed document as it was shown, in hex"`
	}
}

func (a *API) submitFiling(ctx context.Context, in *submitFilingIn) (*body[*hub.FilingNow], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SubmitFiling{ID: in.Filing, Revision: in.Body.Revision, SHA256: in.Body.SHA256}))
}

type filingList struct {
	Filings []hub.FilingLine `json:"filings" nullable:"false"`
}

func (a *API) listFilings(ctx context.Context, _ *struct{}) (*body[filingList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListFilings{})
	return answer(filingList{list}, err)
}

func (a *API) readFiling(ctx context.Context, in *FilingIn) (*body[*hub.FilingNow], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadFiling{ID: in.Filing}))
}

func (a *API) withdrawFiling(ctx context.Context, in *FilingIn) (*body[*hub.FilingNow], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.WithdrawFiling{ID: in.Filing}))
}

type filingDeskIn struct {
	State string `query:"state" enum:"waiting,asked,over" default:"waiting" doc:"for the court, for a correction, or over"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"200"`
}

func (a *API) listFilingDesk(ctx context.Context, in *filingDeskIn) (*body[*hub.DeskFilings], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.FilingQueue{Wanted: hub.FilingsWanted(in.State), Limit: in.Limit}))
}

type panelMembers struct {
	Members []store.PanelMember `json:"members" nullable:"false"`
}

func (a *API) listPanel(ctx context.Context, _ *struct{}) (*body[panelMembers], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListPanel{})
	return answer(panelMembers{list}, err)
}

func (a *API) readDeskFiling(ctx context.Context, in *FilingIn) (*body[*hub.DeskFilingNow], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadDeskFiling{ID: in.Filing}))
}

type answerFilingIn struct {
	FilingIn
	Body struct {
		Steps int64 `json:"steps" minimum:"1" doc:"how many steps I saw"`
		filing.Answer
		Panel []filingPanel `json:"panel,omitempty" nullable:"false" maxItems:"20" doc:"of the case that it becomes"`
	}
}

// filingPanel is a judge or clerk of a case that is made.
type filingPanel struct {
	Login    string `json:"login" maxLength:"64"`
	Role     string `json:"role" enum:"judge,clerk"`
	Standing string `json:"standing,omitempty" maxLength:"20" doc:"审判长, 审判员, 人民陪审员; 书记员, 法官助理"`
}

func (a *API) answerFiling(ctx context.Context, in *answerFilingIn) (*body[*hub.DeskFilingNow], error) {
	act := hub.AnswerFiling{ID: in.Filing, Steps: in.Body.Steps, Answer: in.Body.Answer}
	for _, p := range in.Body.Panel {
		act.Panel = append(act.Panel, court.PanelData{Login: p.Login, Role: court.Role(p.Role), Standing: p.Standing})
	}
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), act))
}
