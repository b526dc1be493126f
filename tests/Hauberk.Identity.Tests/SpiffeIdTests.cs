using CsCheck;

namespace Hauberk.Identity.Tests;

/// <summary>The SPIFFE-ID standard, section 2.</summary>
public sealed class SpiffeIdTests
{
    private static readonly string LongestPath = "/" + new string('a', SpiffeId.MaxLength - "spiffe://td/".Length);

    public static TheoryData<string, string, string> Good => new()
    {
        { "spiffe://td", "td", "" },
        { "spiffe://cluster.local/ns/shop/sa/web", "cluster.local", "/ns/shop/sa/web" },
        { "spiffe://a_b-c.1/Z", "a_b-c.1", "/Z" },
        { "spiffe://1.2.3.4/x", "1.2.3.4", "/x" },
        { "spiffe://td/...", "td", "/..." },
        { "spiffe://td/.a/..b", "td", "/.a/..b" },
        { "spiffe://td/ABC-def_0.9", "td", "/ABC-def_0.9" },
        { "spiffe://" + new string('a', 255) + "/x", new string('a', 255), "/x" },
        { "spiffe://td" + LongestPath, "td", LongestPath },
    };

    public static TheoryData<string, IdentityProblemCode> Bad => new()
    {
        { "", IdentityProblemCode.NotSpiffe },
        { "spiffe:", IdentityProblemCode.NotSpiffe },
        { "spiffe:/td/x", IdentityProblemCode.NotSpiffe },
        { "http://td/x", IdentityProblemCode.NotSpiffe },
        { "SPIFFE://td/x", IdentityProblemCode.NotSpiffe },
        { " spiffe://td/x", IdentityProblemCode.NotSpiffe },
        { "spiffe://", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe:///x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://TD/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://td:8080/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://user@td/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://[::1]/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://t%64/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://td?q", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://td#f", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://tdé/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://td\0/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://" + new string('a', 256) + "/x", IdentityProblemCode.InvalidTrustDomain },
        { "spiffe://td/", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x/", IdentityProblemCode.InvalidPath },
        { "spiffe://td//x", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x//y", IdentityProblemCode.InvalidPath },
        { "spiffe://td/./x", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x/..", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x?q=1", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x#f", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x%2Fy", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x y", IdentityProblemCode.InvalidPath },
        { "spiffe://td/é", IdentityProblemCode.InvalidPath },
        { "spiffe://td/x\n", IdentityProblemCode.InvalidPath },
        { "spiffe://td" + LongestPath + "a", IdentityProblemCode.SpiffeIdTooLong },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void A_valid_id_is_read_and_written_back_unchanged(string text, string trustDomain, string path)
    {
        Assert.True(SpiffeId.TryParse(text, out var id, out var problem), problem?.Message);
        Assert.Equal(trustDomain, id.TrustDomain.Name);
        Assert.Equal(path, id.Path);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void An_invalid_id_is_refused_with_its_reason(string text, IdentityProblemCode code)
    {
        Assert.False(SpiffeId.TryParse(text, out var id, out var problem));
        Assert.Null(id);
        Assert.Equal(code, problem.Code);
    }

    [Theory]
    [InlineData("spiffe://td/ns/shop/sa/web", "shop", "web")]
    [InlineData("spiffe://td/ns/shop/sa/web/x", null, null)]
    [InlineData("spiffe://td/x/ns/shop/sa/web", null, null)]
    [InlineData("spiffe://td/sa/web/ns/shop", null, null)]
    [InlineData("spiffe://td/NS/shop/sa/web", null, null)]
    [InlineData("spiffe://td/ns/shop", null, null)]
    [InlineData("spiffe://td", null, null)]
    public void Namespace_and_account_exist_only_where_the_path_has_exactly_that_form(string text, string? @namespace, string? account)
    {
        var id = SpiffeId.Parse(text);
        Assert.Equal(@namespace, id.Namespace);
        Assert.Equal(account, id.ServiceAccount);
    }

    [Theory]
    [InlineData("shop/sa/admin", "web")]
    [InlineData("shop", "web/extra")]
    [InlineData("..", "web")]
    [InlineData("", "web")]
    [InlineData("shop", "")]
    [InlineData("shop", "w%62")]
    public void A_namespace_or_account_cannot_add_path_segments(string @namespace, string account)
    {
        Assert.False(SpiffeId.TryForServiceAccount(TrustDomain.Parse("td"), @namespace, account, out _, out var problem));
        Assert.Equal(IdentityProblemCode.InvalidPath, problem.Code);
    }

    [Fact]
    public void The_control_plane_has_one_exact_identity() =>
        Assert.Equal(
            SpiffeId.Parse("spiffe://cluster.local/ns/hauberk-system/sa/control-plane"),
            SpiffeId.ControlPlane(TrustDomain.Parse("cluster.local")));

    [Fact]
    public void Ids_are_equal_by_value_and_case_matters_in_the_path()
    {
        Assert.Equal(SpiffeId.Parse("spiffe://td/a"), SpiffeId.Parse("spiffe://td/a"));
        Assert.NotEqual(SpiffeId.Parse("spiffe://td/a"), SpiffeId.Parse("spiffe://td/A"));
    }

    [Fact]
    public void Every_service_account_id_survives_the_round_trip()
    {
        var segment = Gen.Char["ABCXYZabcxyz0189-_"].Array[1, 20].Select(static c => new string(c));
        Gen.Select(segment, segment).Sample(static (@namespace, account) =>
        {
            var made = SpiffeId.ForServiceAccount(TrustDomain.Parse("cluster.local"), @namespace, account);
            var read = SpiffeId.Parse(made.ToString());
            return made == read && read.Namespace == @namespace && read.ServiceAccount == account;
        });
    }

    [Fact]
    public void Any_text_is_either_read_unchanged_or_refused_with_a_short_printable_message() =>
        Gen.OneOf(Gen.String, Gen.String.Select(static s => "spiffe://" + s), Gen.String.Select(static s => "spiffe://td/" + s))
            .Sample(static text => SpiffeId.TryParse(text, out var id, out var problem)
                ? id.ToString() == text
                : problem.Message.Length < 400 && !problem.Message.Any(char.IsControl));
}
