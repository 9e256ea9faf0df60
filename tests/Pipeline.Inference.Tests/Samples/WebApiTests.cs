using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using WebApi;

namespace Pipeline.Inference.Tests.Samples;

/// <summary>The sample service, in memory, with its real start.</summary>
public sealed class WebApiTests : IDisposable
{
    private readonly WebApplicationFactory<Answer> service = new WebApplicationFactory<Answer>().WithWebHostBuilder(
        builder =>
            builder
                .UseContentRoot(AppContext.BaseDirectory)
                .UseSetting("Classifier:ModelPath", TestModels.Colors)
                .UseSetting("Classifier:Scoring:Threads", "1")
                .UseSetting("Classifier:Scoring:Device", "cpu")
    );

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task Classify_Image_IsAnswered()
    {
        using HttpClient client = service.CreateClient();
        using var image = new ByteArrayContent(TestPictures.PngOf("green"));

        using HttpResponseMessage response = await client.PostAsync("/classify", image);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Answer? answer = await response.Content.ReadFromJsonAsync<Answer>();
        Assert.Equal("green", answer?.Label);
        Assert.InRange(answer?.Probability ?? 0, 0.9f, 1f);
    }

    [Fact]
    public async Task Classify_NoImage_IsAProblemWithTheReason()
    {
        using HttpClient client = service.CreateClient();
        using var text = new StringContent("no image at all");

        using HttpResponseMessage response = await client.PostAsync("/classify", text);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("text file", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_Started_IsHealthy()
    {
        using HttpClient client = service.CreateClient();

        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
    }
}
