// A small shop, to have something to put a mesh under: web → orders → payments and inventory, and a shopper who
// orders. It speaks plain HTTP, knows nothing of meshes, identities or certificates, and is started the same way with
// and without one.
//
//   shop web       --listen 8080 --orders http://HOST:PORT
//   shop orders    --listen 8080 --payments http://HOST:PORT --inventory http://HOST:PORT
//   shop payments  --listen 8080
//   shop inventory --listen 8080
//   shop shopper   --web http://HOST:PORT/checkout --requests N --new-connections N --workers N [--forever]
using Microsoft.Extensions.Configuration;
using Shop;

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: shop web|orders|payments|inventory|shopper --option value …");
    return 2;
}

var options = new ConfigurationBuilder().AddCommandLine(args[1..]).Build();
switch (args[0])
{
    case "web":
        await ShopService.RunAsync("web", options, "/checkout", ["orders"]);
        return 0;
    case "orders":
        await ShopService.RunAsync("orders", options, "/order", ["payments", "inventory"]);
        return 0;
    case "payments":
        await ShopService.RunAsync("payments", options, "/charge", []);
        return 0;
    case "inventory":
        await ShopService.RunAsync("inventory", options, "/reserve", []);
        return 0;
    case "shopper":
        return await Shopper.RunAsync(options);
    default:
        Console.Error.WriteLine($"shop: unknown role '{args[0]}'");
        return 2;
}
