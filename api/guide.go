package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/guide"
)

// maxGuideBody bounds a page that is sent: the longest in both languages, in UTF-8 and JSON.
const maxGuideBody = 512 << 10

// guideRoutes: the guide (服务指南), which everybody reads and the court's administrators write.
func (a *API) guideRoutes() {
	const page = "/api/v1/guide/{page}"
	route(a, court.ActGuideRead, huma.Operation{Method: http.MethodGet, Path: "/api/v1/guide", OperationID: "list-guide",
		Summary: "The pages of the guide, or those in which all words of a query stand"}, a.listGuide)
	route(a, court.ActGuideRead, huma.Operation{Method: http.MethodGet, Path: page, OperationID: "read-guide", Summary: "A page of the guide"}, a.readGuide)
	route(a, court.ActGuideEdit, huma.Operation{Method: http.MethodPost, Path: "/api/v1/guide-preview", OperationID: "preview-guide",
		Summary: "Markdown as it would be shown", MaxBodyBytes: maxGuideBody}, a.previewGuide)
	route(a, court.ActGuideEdit, huma.Operation{Method: http.MethodPut, Path: page, OperationID: "save-guide",
		Summary: "Write a new version of a page, or a new page", MaxBodyBytes: maxGuideBody}, a.saveGuide)
	route(a, court.ActGuideEdit, huma.Operation{Method: http.MethodGet, Path: page + "/versions", OperationID: "list-guide-versions",
		Summary: "All versions of a page, the newest first"}, a.listGuideVersions)
	route(a, court.ActGuideEdit, huma.Operation{Method: http.MethodGet, Path: page + "/versions/{version}", OperationID: "read-guide-version",
		Summary: "A page as it was"}, a.readGuideVersion)
}

type listGuideIn struct {
	Query string `query:"q" maxLength:"100"`
}

type guideEntries struct {
	Pages []hub.GuideEntry `json:"pages" nullable:"false"`
}

func (a *API) listGuide(ctx context.Context, in *listGuideIn) (*body[guideEntries], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListGuide{Query: in.Query})
	return answer(guideEntries{list}, err)
}

// GuideIn names a page of the guide.
type GuideIn struct {
	Page string `path:"page" maxLength:"64"`
}

func (a *API) readGuide(ctx context.Context, in *GuideIn) (*body[*hub.GuideText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadGuide{ID: in.Page}))
}

type previewIn struct {
	Text string `json:"text" maxLength:"40000"`
}

type previewed struct {
	HTML string `json:"html"`
}

func (a *API) previewGuide(ctx context.Context, in *body[previewIn]) (*body[previewed], error) {
	html, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.PreviewGuide{Text: in.Body.Text})
	return answer(previewed{html}, err)
}

type saveGuideIn struct {
	GuideIn
	Body struct {
		Version int64      `json:"version" minimum:"0" doc:"the one that was seen; 0 for a new page"`
		Page    guide.Page `json:"page"`
	}
}

func (a *API) saveGuide(ctx context.Context, in *saveGuideIn) (*body[*hub.GuideText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SaveGuide{ID: in.Page, Version: in.Body.Version, Page: in.Body.Page}))
}

type guideVersions struct {
	Versions []store.GuideVersion `json:"versions" nullable:"false"`
}

func (a *API) listGuideVersions(ctx context.Context, in *GuideIn) (*body[guideVersions], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListGuideVersions{ID: in.Page})
	return answer(guideVersions{list}, err)
}

type guideVersionIn struct {
	GuideIn
	Version int64 `path:"version" minimum:"1"`
}

func (a *API) readGuideVersion(ctx context.Context, in *guideVersionIn) (*body[*hub.GuideText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadGuideVersion{ID: in.Page, Version: in.Version}))
}
