using System.Globalization;
using System.Text.Json.Nodes;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The bodies of Meta's webhooks, key by key in its order.</summary>
internal static class WebhookBody
{
    public static byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    )
    {
        var item = Said(customer, message.Wamid, message.At);
        if (message.Chosen is { } chosen)
        {
            AddChoice(item, chosen);
        }
        else
        {
            item["type"] = message.Type;
            item[message.Type] = file is null
                ? new JsonObject { ["body"] = message.Text }
                : Media(message, file);
        }

        if (message.ReplyTo is not null)
        {
            item["context"] = new JsonObject
            {
                ["from"] = quotedAuthor ?? channel.Digits,
                ["id"] = message.ReplyTo,
            };
        }

        return Wrap(channel, "messages", item, Contact(customer));
    }

    /// <summary>A message of its own, which names the one that it changes.</summary>
    public static byte[] Edit(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string id
    )
    {
        var item = Said(customer, id, message.EditedAt!.Value);
        item["type"] = "edit";
        item["edit"] = new JsonObject
        {
            ["original_message_id"] = message.Wamid,
            ["message"] = new JsonObject
            {
                ["context"] = new JsonObject { ["id"] = "M0" },
                ["type"] = "text",
                ["text"] = new JsonObject { ["body"] = message.Text },
            },
        };
        return Wrap(channel, "messages", item, Contact(customer));
    }

    public static byte[] Revocation(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string id
    )
    {
        var item = Said(customer, id, message.DeletedAt!.Value);
        item["type"] = "revoke";
        item["revoke"] = new JsonObject { ["original_message_id"] = message.Wamid };
        return Wrap(channel, "messages", item, Contact(customer));
    }

    private static JsonObject Said(Customer customer, string id, DateTimeOffset at)
    {
        var item = new JsonObject();
        if (customer.Phone is not null)
        {
            item["from"] = customer.Phone;
        }

        if (customer.Bsuid is not null)
        {
            item["from_user_id"] = customer.Bsuid;
        }

        item["id"] = id;
        item["timestamp"] = Seconds(at);
        return item;
    }

    /// <summary>A template's button says its payload; the others are interactive and say their ids.</summary>
    private static void AddChoice(JsonObject item, TranscriptChoice chosen)
    {
        if (chosen.Kind == "button")
        {
            item["type"] = "button";
            item["button"] = new JsonObject { ["payload"] = chosen.Id, ["text"] = chosen.Title };
            return;
        }

        var reply = new JsonObject { ["id"] = chosen.Id, ["title"] = chosen.Title };
        if (chosen.Text is not null)
        {
            reply["description"] = chosen.Text;
        }

        item["type"] = "interactive";
        item["interactive"] = new JsonObject { ["type"] = chosen.Kind, [chosen.Kind] = reply };
    }

    private static JsonObject Media(TranscriptMessage message, SimulatedFile file)
    {
        var media = new JsonObject();
        if (message.Text.Length > 0 && message.Type != "audio")
        {
            media["caption"] = message.Text;
        }

        if (message.Type == "document")
        {
            media["filename"] = file.FileName;
        }

        media["mime_type"] = file.ContentType;
        media["sha256"] = file.Sha256;
        media["id"] = file.Id;
        if (message.Type == "audio")
        {
            media["voice"] = false;
        }

        return media;
    }

    public static byte[] Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string status,
        DateTimeOffset at,
        GraphError? error = null
    )
    {
        var item = new JsonObject
        {
            ["id"] = message.Wamid,
            ["status"] = status,
            ["timestamp"] = Seconds(at),
        };
        if (customer.Phone is not null)
        {
            item["recipient_id"] = customer.Phone;
        }

        if (error is null && customer.Bsuid is not null)
        {
            item["recipient_user_id"] = customer.Bsuid;
        }

        if (status is "sent" or "delivered")
        {
            item["pricing"] = new JsonObject
            {
                ["billable"] = false,
                ["pricing_model"] = "PMP",
                ["type"] = "free_customer_service",
                ["category"] = "service",
            };
        }

        if (error is not null)
        {
            item["errors"] = new JsonArray(error.ToStatusError());
        }

        if (message.CallbackData is not null)
        {
            item["biz_opaque_callback_data"] = message.CallbackData;
        }

        return Wrap(channel, "statuses", item, error is null ? Contact(customer) : null);
    }

    private static JsonObject Contact(Customer customer)
    {
        var profile = new JsonObject { ["name"] = customer.Name ?? customer.From };
        if (customer.Username is not null)
        {
            profile["username"] = customer.Username;
        }

        var contact = new JsonObject { ["profile"] = profile };
        if (customer.Phone is not null)
        {
            contact["wa_id"] = customer.Phone;
        }

        if (customer.Bsuid is not null)
        {
            contact["user_id"] = customer.Bsuid;
        }

        if (customer.CountryCode is not null)
        {
            contact["country_code"] = customer.CountryCode;
        }

        return contact;
    }

    private static byte[] Wrap(
        SimulatedChannel channel,
        string list,
        JsonObject item,
        JsonObject? contact
    )
    {
        var value = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new JsonObject
            {
                ["display_phone_number"] = channel.Digits,
                ["phone_number_id"] = channel.PhoneNumberId,
            },
        };
        if (contact is not null)
        {
            value["contacts"] = new JsonArray(contact);
        }

        value[list] = new JsonArray(item);
        return MetaJson.Write(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = channel.WabaId,
                        ["changes"] = new JsonArray(
                            new JsonObject { ["value"] = value, ["field"] = "messages" }
                        ),
                    }
                ),
            }
        );
    }

    private static string Seconds(DateTimeOffset at) =>
        at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
