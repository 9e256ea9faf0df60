// A classifier behind HTTP. Replace the model file while it runs: the next requests get the new model.
//   dotnet run --project samples/WebApi -- --Classifier:ModelPath=model.onnx
//   curl --data-binary @cat.jpg http://localhost:5000/classify
//   curl http://localhost:5000/health
using Pipeline.Core.Contracts;
using Pipeline.Inference.Hosting;
using WebApi;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

// ModelPath, Scoring:Device, Scoring:Threads, ...
builder.Services.AddImageClassifier().BindConfiguration("Classifier");
builder.Services.AddHealthChecks().AddCheck<ClassifierHealthCheck>("model");

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost(
    "/classify",
    async (Stream body, HostedClassifier classifier, CancellationToken cancellationToken) =>
    {
        // the server limits the size of a body: 30 MB unless told otherwise
        Prediction prediction = await classifier.ClassifyAsync(body, "upload", cancellationToken);
        return prediction.Error is null
            ? Results.Ok(new Answer(prediction.Label, prediction.Probability))
            : Results.Problem(prediction.Error, statusCode: StatusCodes.Status422UnprocessableEntity);
    }
);
app.Run();
